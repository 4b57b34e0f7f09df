"""An alias' file as an `Alias`."""

from chatops_cli.catalog.action_file import check_pack, read_name, read_queue
from chatops_cli.catalog.reference import Reference, ReferenceKind
from chatops_cli.model.action import ActionRef
from chatops_cli.model.alias import Ack, Alias, Format, Representation, Result
from chatops_cli.model.pack import Pack
from chatops_cli.model.problem import Severity
from chatops_cli.reading.reader import Reader
from chatops_cli.reading.value import Value

COMPUTED = ("id", "ref", "uid", "metadata_file")


def read_alias(reader: Reader, pack: Pack) -> tuple[Alias | None, tuple[Reference, ...]]:
    """What the file says, and the action it refers to; None where the name or that is missing.

    A format that can't be read is left out; the others stay.

    Source: StackStorm, ``st2common.models.api.action``, schema of an action alias.
    """
    name = read_name(reader)
    check_pack(reader, pack)
    action_ref = reader.text("action_ref", required=True).strip()
    alias = Alias(
        ref=f"{pack.ref}.{name}",
        pack=pack.ref,
        name=name,
        action_ref=ActionRef(action_ref),
        formats=_formats(reader),
        place=reader.place,
        description=reader.text("description"),
        enabled=reader.flag("enabled", default=True, broken=False),
        ack=_ack(reader.section("ack")),
        result=_result(reader.section("result")),
        immutable_parameters=reader.mapping("immutable_parameters"),
        extra=reader.mapping("extra"),
        queue=read_queue(reader),
    )
    reader.accept(*COMPUTED)
    reader.finish()
    if not name or not action_ref:
        return None, ()
    place = reader.place_of("action_ref")
    return alias, (Reference(kind=ReferenceKind.ACTION, name=action_ref, place=place),)


def _formats(reader: Reader) -> tuple[Format, ...]:
    items = reader.items("formats", required=True)
    if not items and (value := reader.value("formats")) is not None and value.is_list:
        value.report("missing-key", "formats is empty; nobody can type this alias")
    formats = (_mapped_format(item) if item.is_mapping else _plain_format(item) for item in items)
    return tuple(found for found in formats if found is not None)


def _plain_format(item: Value) -> Format | None:
    representation = _representation(item)
    if representation is None:
        return None
    return Format(display=_one_line(representation.text), representations=(representation,))


def _mapped_format(item: Value) -> Format | None:
    reader = Reader(item)
    display = reader.value("display")
    value = reader.value("representation")
    texts = value.items() if value is not None and value.is_list else (value,)
    found = (_representation(text) for text in texts if text is not None)
    representations = tuple(text for text in found if text is not None)
    match_multiple = reader.flag("match_multiple", default=False)
    shown = display.text() if display is not None else None
    reader.finish()
    if value is None and display is None:
        reader.report("missing-key", f"{item.name} has neither display nor representation")
        return None
    if value is not None and not representations:
        return None
    if shown is None:
        shown = representations[0].text if representations else ""
    return Format(
        display=_one_line(shown),
        representations=representations,
        match_multiple=match_multiple,
    )


def _one_line(text: str) -> str:
    """What help shows: a block of YAML ends in a line break, and may hold others."""
    return " ".join(text.split()) if "\n" in text else text


def _representation(value: Value) -> Representation | None:
    text = value.text()
    if text is None:
        return None
    if not text.strip():
        value.report("empty-format", f"{value.name} is empty; it is left out")
        return None
    return Representation(text=text, place=value.text_place)


def _ack(reader: Reader | None) -> Ack:
    if reader is None:
        return Ack()
    template = reader.value("format")
    ack = Ack(
        enabled=reader.flag("enabled", default=True),
        format=template.text() if template is not None else None,
        append_url=reader.flag("append_url", default=True),
        extra=reader.mapping("extra"),
        place=template.text_place if template is not None else None,
    )
    # StackStorm lets other keys of ack and result pass unread.
    reader.finish(severity=Severity.WARNING)
    return ack


def _result(reader: Reader | None) -> Result:
    if reader is None:
        return Result()
    template = reader.value("format")
    result = Result(
        enabled=reader.flag("enabled", default=True),
        format=template.text() if template is not None else None,
        extra=reader.mapping("extra"),
        place=template.text_place if template is not None else None,
    )
    reader.finish(severity=Severity.WARNING)
    return result
