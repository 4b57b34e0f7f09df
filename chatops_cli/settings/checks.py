"""The `validate` section of the settings: which rules are told where, and how severely."""

from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING

from chatops_cli.model.frozen import frozen
from chatops_cli.model.problem import Place, Severity

if TYPE_CHECKING:
    from chatops_cli.reading.reader import Reader


@frozen
class PathIgnore:
    """Codes that are not told of the files that `pattern` fits, relative to the settings file."""

    place: Place
    pattern: str
    codes: tuple[str, ...]


@frozen
class Graded:
    """The severity that a rule's findings have here; `rule` is a code, its beginning, or a name."""

    place: Place
    rule: str
    severity: Severity


@frozen
class Checks:
    """What holds for `chatops validate`. Rules are named as with `--select`."""

    select: tuple[str, ...] = ()
    ignores: tuple[PathIgnore, ...] = ()
    grades: tuple[Graded, ...] = ()
    places: Mapping[str, Place] = field(default_factory=dict)


def read_checks(reader: "Reader | None") -> Checks | None:
    """The section; whether its rules are there is not known here."""
    if reader is None:
        return None
    ignores, severity = reader.section("ignore"), reader.section("severity")
    checks = Checks(
        select=reader.strings("select"),
        ignores=_ignores(ignores) if ignores else (),
        grades=_grades(severity) if severity else (),
        places={"select": reader.place_of("select")},
    )
    reader.finish()
    return checks


def _ignores(reader: "Reader") -> tuple[PathIgnore, ...]:
    return tuple(
        PathIgnore(place=reader.place_of(pattern), pattern=pattern, codes=value.strings())
        for pattern, value in reader.entries()
    )


def _grades(reader: "Reader") -> tuple[Graded, ...]:
    found = ((name, value.choice(tuple(Severity))) for name, value in reader.entries())
    return tuple(
        Graded(place=reader.place_of(name), rule=name, severity=Severity(word))
        for name, word in found
        if word is not None
    )
