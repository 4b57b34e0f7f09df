"""What leaves the room, without secrets: executions, rendered replies, output as it arrives."""

from collections.abc import Mapping
from dataclasses import fields, replace

from chatops_cli.execution.engine import OnOutput
from chatops_cli.execution.masked_stream import MaskedStream
from chatops_cli.execution.masking import Masker
from chatops_cli.execution.output_secrets import masked_result
from chatops_cli.model.action import Action
from chatops_cli.model.chat import Attachment, Field
from chatops_cli.model.execution import Execution
from chatops_cli.rendering.replies import Rendered


def masked_request(execution: Execution, masker: Masker) -> Execution:
    """An execution that hasn't begun, as templates, records and people may see it."""
    return replace(execution, parameters=masker.parameters(execution.parameters))


def masked_end(execution: Execution, action: Action, masker: Masker) -> tuple[Execution, Masker]:
    """An execution that has ended, and the masker that knows what its answer has of secrets."""
    result, masker = masked_result(action, execution.result, masker)
    shown = replace(execution, parameters=masker.parameters(execution.parameters), result=result)
    return shown, masker


def masked_rendered(rendered: Rendered, masker: Masker) -> Rendered:
    """The rendered parts, masked once more: a template may have put a secret together again."""
    extra = masker.json(dict(rendered.extra))
    return replace(
        rendered,
        text=masker.text(rendered.text),
        attachments=tuple(masked_attachment(each, masker) for each in rendered.attachments),
        extra=extra if isinstance(extra, Mapping) else {},
    )


def masked_attachment(attachment: Attachment, masker: Masker) -> Attachment:
    """Every text of an attachment, masked."""
    texts = {
        part.name: masker.text(value)
        for part in fields(attachment)
        if isinstance(value := getattr(attachment, part.name), str)
    }
    shown = tuple(
        Field(title=masker.text(f.title), value=masker.text(f.value), short=f.short)
        for f in attachment.fields
    )
    return replace(attachment, **texts, fields=shown)


class MaskedOutput:
    """Hands output on as it arrives, masked; a secret may lie across any number of chunks."""

    def __init__(self, on_output: OnOutput, masker: Masker) -> None:
        self._on_output = on_output
        self._masker = masker
        self._streams: dict[str, MaskedStream] = {}

    def __call__(self, stream: str, chunk: bytes) -> None:
        """A chunk of a stream, masked, is handed on."""
        self._hand_on(stream, self._stream(stream).feed(chunk))

    def close(self) -> None:
        """What was held back, as it might have been the start of a secret, is handed on."""
        for name, stream in self._streams.items():
            self._hand_on(name, stream.close())

    def _stream(self, name: str) -> MaskedStream:
        if name not in self._streams:
            self._streams[name] = self._masker.stream()
        return self._streams[name]

    def _hand_on(self, stream: str, chunk: bytes) -> None:
        if chunk:
            self._on_output(stream, chunk)


def masked_output(on_output: OnOutput, masker: Masker) -> MaskedOutput:
    """`on_output`, told masked chunks only."""
    return MaskedOutput(on_output, masker)
