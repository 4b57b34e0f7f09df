"""``limits.rates`` of the settings: how often people may have something run."""

from chatops_cli.model.rate import Per, RateLimit
from chatops_cli.reading.reader import Reader
from chatops_cli.settings.duration import read_duration
from chatops_cli.settings.people import check_who

MOST = 10_000
"""Times that may be counted."""


def read_rates(reader: Reader | None) -> tuple[RateLimit, ...]:
    """The limits; without a name one is called by its number."""
    if reader is None:
        return ()
    return tuple(
        _rate(section, number) for number, section in enumerate(reader.sections("rates"), start=1)
    )


def _rate(reader: Reader, number: int) -> RateLimit:
    for key in ("count", "within"):
        if not reader.has(key):
            reader.report("missing-key", f"{reader.path(key)} is missing")
    chosen = []
    words = reader.value("per") if reader.has("per") else None
    for each in () if words is None else words.items() if words.is_list else (words,):
        word = each.choice(tuple(Per))
        if word in {*Per}:
            chosen.append(Per(str(word)))
    limit = RateLimit(
        name=reader.text("name", f"limits.rates[{number}]"),
        count=reader.integer("count", 1, minimum=1, maximum=MOST),
        within=read_duration(reader, "within", 60.0),
        per=tuple(chosen) if words is not None else (Per.PERSON,),
        who=reader.strings("who", ("*",)),
        actions=reader.strings("actions", ("*",)),
        aliases=reader.strings("aliases", ("*",)),
        rooms=reader.strings("rooms", ("*",)),
    )
    check_who(limit.who, reader, "who")
    reader.finish()
    return limit
