"""What the settings say of the check: rules that are told, their severity, files left out."""

import os
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from functools import cache

from chatops_cli.errors import SettingsError
from chatops_cli.model.problem import Problem, Severity
from chatops_cli.settings.checks import Checks, PathIgnore
from chatops_cli.settings.values import Settings
from chatops_cli.validation.finding import Finding
from chatops_cli.validation.own import UNKNOWN, UNUSED_PATH
from chatops_cli.validation.registry import Selection, all_rules, is_named, selection_of
from chatops_cli.validation.rule import Rule
from chatops_cli.validation.scope import Scope

Used = set[tuple[PathIgnore, str]]


def chosen(settings: Settings, select: Iterable[str], ignore: Iterable[str]) -> Selection:
    """What was typed; where no rule was selected, what the settings select.

    Raises:
        ChatOpsError: What was typed names no rule.
        SettingsError: The settings name one that isn't there.
    """
    checks = settings.checks or Checks()
    rules = all_rules() if settings.checks is not None else ()
    named = [(each, checks.places["select"]) for each in checks.select]
    for name, place in (*named, *((grade.rule, grade.place) for grade in checks.grades)):
        if not any(is_named(name, rule) for rule in rules):
            raise SettingsError(
                f"{place}: no rule is named {name!r}, and no code begins so",
                hint="'chatops rule' lists them",
            )
    return selection_of(tuple(select) or checks.select, tuple(ignore))


def graded(finding: Finding, checks: Checks | None) -> Finding:
    """The finding as severe as the settings say; of several entries the longest counts."""
    grades = checks.grades if checks is not None else ()
    fitting = [grade for grade in grades if is_named(grade.rule, finding.rule)]
    if not fitting:
        return finding
    severity = max(fitting, key=lambda grade: len(grade.rule)).severity
    return replace(finding, problem=replace(finding.problem, severity=severity))


def without_left_out(findings: Iterable[Finding], settings: Settings) -> tuple[list[Finding], Used]:
    """The findings that no path of the settings leaves out, and which entries had an effect."""
    ignores = settings.checks.ignores if settings.checks is not None else ()
    used: Used = set()
    kept: list[Finding] = []
    for finding in findings:
        path = relative(finding.place.file, settings)
        covering = [
            (ignore, code)
            for ignore in ignores
            for code in ignore.codes
            if is_named(code, finding.rule) and fits_path(path, ignore.pattern)
        ]
        used.update(covering)
        if not covering:
            kept.append(finding)
    return kept, used


def about_paths(
    settings: Settings, used: Collection[tuple[PathIgnore, str]], scope: Scope, selection: Selection
) -> Iterator[Finding]:
    """Entries that name no rule, or without effect on what is asked about as a whole."""
    if settings.checks is None:
        return
    rules = all_rules()
    for ignore in settings.checks.ignores:
        for code in ignore.codes:
            meant = [rule for rule in rules if is_named(code, rule)]
            if not meant:
                yield _told(ignore, UNKNOWN, f"no rule is named {code!r}, and no code begins so")
            elif (
                (ignore, code) not in used
                and all(map(selection.holds, meant))
                and _is_asked(ignore, scope, settings)
            ):
                yield _told(ignore, UNUSED_PATH, f"{code} is not found in {ignore.pattern}")


def relative(file: str, settings: Settings) -> str:
    """A file's path as patterns have it: relative to the settings file."""
    base = settings.file.absolute().parent if settings.file is not None else "."
    return os.path.relpath(file, base)


def fits_path(path: str, pattern: str) -> bool:
    """Whether a path, or a folder that it is in, fits.

    ``*`` and ``?`` stand for what is in one name, ``**`` for names at any depth.
    """
    return _regex(pattern).fullmatch(path) is not None


@cache
def _regex(pattern: str) -> re.Pattern[str]:
    parts = re.split(r"(\*\*/?|\*|\?)", pattern.removeprefix("./").rstrip("/"))
    signs = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    text = "".join(signs.get(part) or re.escape(part) for part in parts)
    return re.compile(f"{text}(?:/.*)?", re.DOTALL)


def _is_asked(ignore: PathIgnore, scope: Scope, settings: Settings) -> bool:
    """Whether all files that the entry can be about are looked at."""
    if all(scope.holds(str(root)) for root in settings.roots):
        return True
    plain = re.split(r"[^/]*[*?]", ignore.pattern, maxsplit=1)[0]
    base = settings.file.absolute().parent if settings.file is not None else "."
    return scope.holds(os.path.join(base, plain))  # noqa: PTH118  # text


def _told(ignore: PathIgnore, rule: Rule, message: str) -> Finding:
    name = rule.name
    problem = Problem(place=ignore.place, rule=name, message=message, severity=Severity.WARNING)
    return Finding(problem=problem, rule=rule)
