"""An execution as records, templates and people may see it: without secrets."""

from dataclasses import replace

from chatops_cli.execution.masked_stream import MaskedStream
from chatops_cli.execution.masking import Masker
from chatops_cli.execution.output_secrets import masked_result
from chatops_cli.model.action import Action
from chatops_cli.model.execution import Execution
from chatops_cli.runners.contract import OnOutput


def masked_request(execution: Execution, masker: Masker) -> Execution:
    """An execution that hasn't begun."""
    if not masker.changes_parameters:
        return execution
    return replace(execution, parameters=masker.parameters(execution.parameters))


def masked_end(execution: Execution, action: Action, masker: Masker) -> tuple[Execution, Masker]:
    """An execution that has ended, and the masker that knows what its answer has of secrets."""
    result, masker = masked_result(action, execution.result, masker)
    if result is execution.result and not masker.changes_parameters:
        return execution, masker
    shown = replace(execution, parameters=masker.parameters(execution.parameters), result=result)
    return shown, masker


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
