"""Rendered replies without secrets."""

from collections.abc import Mapping
from dataclasses import fields, replace

from chatops_cli.execution.masking import Masker
from chatops_cli.model.chat import Attachment, Field
from chatops_cli.rendering.replies import Rendered


def masked_rendered(rendered: Rendered, masker: Masker) -> Rendered:
    """The rendered parts, masked once more: a template may have put a secret together again."""
    if not masker.knows_any:
        return rendered
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
