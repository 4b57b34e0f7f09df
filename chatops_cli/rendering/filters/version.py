"""Filters for versions as Semantic Versioning 2.0.0 writes and orders them.

Source: StackStorm, `st2common.expressions.functions.version` (which asks the `semver` package),
and https://semver.org section 11.
"""

import re

from chatops_cli.model.frozen import frozen

_VERSION = re.compile(
    r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)"
    r"(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?"
    r"(?:\+[0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*)?",
    re.ASCII,
)
_CONDITION = re.compile(r"(>=|<=|==|!=|>|<|(?=\d))(.*)", re.DOTALL | re.ASCII)
_LONGEST = 256


@frozen
class _Version:
    numbers: tuple[int, int, int]
    prerelease: str = ""

    @property
    def order(self) -> tuple[object, ...]:
        """What versions are ordered by; the build doesn't count, a prerelease comes first."""
        if not self.prerelease:
            return (self.numbers, 1)
        words = tuple(
            (0, int(word), "") if word.isdigit() else (1, 0, word)
            for word in self.prerelease.split(".")
        )
        return (self.numbers, 0, words)


def version_compare(value: object, pattern: object) -> int:
    """-1, 0 or 1: below, equal, above."""
    left, right = _parse(value).order, _parse(pattern).order
    return (left > right) - (left < right)


def version_more_than(value: object, pattern: object) -> bool:
    return version_compare(value, pattern) > 0


def version_less_than(value: object, pattern: object) -> bool:
    return version_compare(value, pattern) < 0


def version_equal(value: object, pattern: object) -> bool:
    return version_compare(value, pattern) == 0


def version_match(value: object, pattern: object) -> bool:
    """Whether a condition such as ``>=1.2.0`` holds; a version alone means equal."""
    condition = _CONDITION.fullmatch(str(pattern))
    if condition is None:
        raise ValueError(f"'{pattern}' is not a condition such as >=1.2.3")
    order = version_compare(value, condition[2])
    return {
        ">": order > 0,
        "<": order < 0,
        ">=": order >= 0,
        "<=": order <= 0,
        "!=": order != 0,
    }.get(condition[1], order == 0)


def version_bump_major(value: object) -> str:
    major, _, _ = _parse(value).numbers
    return f"{major + 1}.0.0"


def version_bump_minor(value: object) -> str:
    major, minor, _ = _parse(value).numbers
    return f"{major}.{minor + 1}.0"


def version_bump_patch(value: object) -> str:
    major, minor, patch = _parse(value).numbers
    return f"{major}.{minor}.{patch + 1}"


def version_strip_patch(value: object) -> str:
    major, minor, _ = _parse(value).numbers
    return f"{major}.{minor}"


def _parse(value: object) -> _Version:
    text = str(value)
    found = _VERSION.fullmatch(text) if len(text) <= _LONGEST else None
    if found is None:
        raise ValueError(f"'{text[:_LONGEST]}' is not a version such as 1.2.3")
    return _Version(
        numbers=(int(found[1]), int(found[2]), int(found[3])), prerelease=found[4] or ""
    )
