"""What an install or update would do, for eyes and for programs."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from chatops_cli.cli.findings import counted, summary_of
from chatops_cli.cli.session import short

if TYPE_CHECKING:
    from chatops_cli.catalog.installation.change import Change
    from chatops_cli.catalog.installation.digest import Differences
    from chatops_cli.model.json import Json

ONE_OF = {"sensors": "sensor", "rules": "rule", "policies": "policy", "triggers": "trigger"}
IDLE = frozenset({"sensors", "triggers"})
LISTED = 10
"""Names, formats and problems of each kind that people are shown."""


def lines_of_change(change: "Change") -> Iterator[str]:
    """What people are told of one pack, the first line without indentation."""
    candidate, before = change.candidate, change.before
    version = candidate.pack.version or "without a version"
    if not change.is_needed:
        yield f"{candidate.ref} {version}: up to date, from {origin_of(change)}"
        return
    was = f"{before.pack.version or 'without a version'} -> " if before is not None else ""
    yield f"{candidate.ref} {was}{version}{'' if before else ' (new)'}, from {origin_of(change)}"
    yield f"  folder: {short(str(change.target))}"
    runners = ", ".join(f"{count} {name}" for name, count in change.runners.items())
    yield f"  actions: {runners or 'none'}"
    if before is not None:
        yield from lines_of_differences("actions", change.actions)
        yield from lines_of_differences("aliases", change.aliases)
        yield f"  files: {differences(change.files)}"
    formats = [
        form.display for a in candidate.aliases if a.enabled for form in a.formats if form.display
    ]
    yield f"  can be typed: {listed(formats, '; ') or 'nothing'}"
    if candidate.python:
        yield f"  Python packages: {listed(candidate.python, ', ')}"
    if candidate.settings:
        keys = candidate.settings.values()
        unset = sum(key.required and key.default is None for key in keys)
        yield f"  configuration: {counted(len(keys), 'key')}, {unset} required without a default"
    if candidate.others:
        others = ", ".join(counted(n, ONE_OF[kind], kind) for kind, n in candidate.others.items())
        idle = (
            "; sensors and their triggers do not run here" if IDLE & candidate.others.keys() else ""
        )
        yield f"  besides: {others}{idle}"
    if candidate.pack.dependencies:
        yield f"  depends on: {', '.join(candidate.pack.dependencies)}"
    if change.shadows is not None:
        yield f"  in place of: the pack {candidate.ref} that comes with chatops"
    for text, alias in change.takes[:LISTED]:
        yield f"  warning: {alias} has the format {text!r} too; such a message will run neither"
    yield from lines_of_problems(change)


def lines_of_differences(what: str, found: "Differences") -> Iterator[str]:
    """What is new, gone and changed, by name."""
    for word, names in (
        ("new", found.added),
        ("gone", found.removed),
        ("changed", found.changed),
    ):
        if names:
            yield f"  {word} {what}: {listed(names, ', ')}"


def lines_of_problems(change: "Change") -> Iterator[str]:
    """The problems that it would bring."""
    if change.problems:
        yield f"  problems: {summary_of(change.problems)}"
    for problem in change.problems[:LISTED]:
        yield f"    {str(problem).removeprefix('./')}"
    if (more := len(change.problems) - LISTED) > 0:
        yield f"    ... and {more} more"


def origin_of(change: "Change") -> str:
    """Where it comes from, with the commit."""
    commit = change.candidate.commit
    return f"{change.candidate.source}{f' at {commit[:12]}' if commit else ''}"


def differences(found: "Differences") -> str:
    """How many there are of each kind."""
    counts = ((found.added, "new"), (found.changed, "changed"), (found.removed, "gone"))
    return ", ".join(f"{len(names)} {word}" for names, word in counts if names)


def listed(texts: "Iterable[str]", separator: str) -> str:
    """The first texts, and how many more there are."""
    found = list(dict.fromkeys(texts))
    more = f"{separator}and {len(found) - LISTED} more" if len(found) > LISTED else ""
    return separator.join(found[:LISTED]) + more


def json_of_change(
    change: "Change", *, is_done: bool, environment: str | None
) -> "dict[str, Json]":
    """A change with stable keys."""
    candidate, before = change.candidate, change.before
    return {
        "ref": candidate.ref,
        "version": candidate.pack.version,
        "description": candidate.pack.description,
        "path": str(change.target),
        "source": candidate.source.location,
        "revision": candidate.source.revision,
        "commit": candidate.commit,
        "installed": is_done and change.is_needed,
        "environment": environment,
        "up_to_date": not change.is_needed,
        "replaces": before.pack.version if before is not None else None,
        "shadows": change.shadows is not None,
        "runners": dict(change.runners),
        "actions": json_of_differences(change.actions),
        "aliases": json_of_differences(change.aliases),
        "formats": [form.display for a in candidate.aliases if a.enabled for form in a.formats],
        "python_packages": list(candidate.python),
        "others": dict(candidate.others),
        "dependencies": list(candidate.pack.dependencies),
        "collisions": [{"format": text, "alias": alias} for text, alias in change.takes],
        "problems": [str(problem).removeprefix("./") for problem in change.problems],
    }


def json_of_differences(found: "Differences") -> "dict[str, Json]":
    """Names by what happens to them."""
    return {
        "added": list(found.added),
        "removed": list(found.removed),
        "changed": list(found.changed),
    }


def told(change: "Change") -> str:
    """What has been done, on one line."""
    before = change.before
    was = f" in place of {before.pack.version or 'what was there'}" if before is not None else ""
    packs = f"{change.candidate.ref} {change.candidate.pack.version}".strip()
    count = counted(len(change.candidate.aliases), "alias", "aliases")
    return f"installed {packs}{was}: {counted(len(change.candidate.actions), 'action')}, {count}"
