"""A YAML text as a flat row of events, each with its span: what edits of the text go by."""

from chatops_cli.model.frozen import frozen
from chatops_cli.reading.loader import plain_tag


@frozen
class Event:
    """One step of the text: a scalar, an alias, or the start or end of something.

    `kind` is ``scalar``, ``alias``, ``mapping``, ``sequence``, ``end`` (of one of these two) or
    ``document``. `start` and `end` count characters; `line` and `column` count from 1, as places
    do. `tag` is that which YAML 1.1 gives, `text` the scalar's value or the alias' name.
    `is_flow` tells what is written in braces or brackets.
    """

    kind: str
    start: int
    end: int
    line: int
    column: int
    tag: str = ""
    text: str = ""
    anchor: str = ""
    style: str = ""
    is_flow: bool = False

    @property
    def meaning(self) -> tuple[str, str, str, str]:
        """What is the same however it is written, and wherever."""
        return self.kind, self.tag, self.text, self.anchor


def events_of(text: str) -> tuple[Event, ...] | None:
    """All events of a text, which has no byte order mark; None where it isn't YAML."""
    import yaml

    loader = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
    try:
        return tuple(_event(found) for found in yaml.parse(text, Loader=loader))
    except yaml.YAMLError:
        return None


_KINDS = (
    ("ScalarEvent", "scalar"),
    ("AliasEvent", "alias"),
    ("MappingStartEvent", "mapping"),
    ("SequenceStartEvent", "sequence"),
    ("MappingEndEvent", "end"),
    ("SequenceEndEvent", "end"),
)


def _event(found: object) -> Event:
    name = type(found).__name__
    kind = next((kind for known, kind in _KINDS if known == name), "document")
    start, end = getattr(found, "start_mark"), getattr(found, "end_mark")  # noqa: B009  # untyped
    text = str(getattr(found, "value", ""))
    tag = getattr(found, "tag", None)
    if kind == "scalar" and not tag:
        is_plain = getattr(found, "implicit", (False, False))[0]
        tag = plain_tag(text) if is_plain else "tag:yaml.org,2002:str"
    anchor = getattr(found, "anchor", None) or ""
    return Event(
        kind=kind,
        start=start.index,
        end=end.index,
        line=start.line + 1,
        column=start.column + 1,
        tag=tag or "",
        text=anchor if kind == "alias" else text,
        anchor="" if kind == "alias" else anchor,
        style=getattr(found, "style", None) or "",
        is_flow=bool(getattr(found, "flow_style", None)),
    )
