"""What an install would do to the packs that are there, told before it is done."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from chatops_cli.catalog.installation.candidate import Candidate
from chatops_cli.catalog.installation.digest import Differences, compare, digests_of
from chatops_cli.catalog.installation.installed import Installed, Site
from chatops_cli.errors import InstallError
from chatops_cli.model.action import Action
from chatops_cli.model.alias import Alias
from chatops_cli.model.frozen import frozen
from chatops_cli.model.pack import Pack
from chatops_cli.model.problem import Problem
from chatops_cli.model.runner import LEGACY_NAMES


@frozen
class Change:
    """A candidate and its effects. `target` is its folder, `before` what is replaced there.

    `shadows` is another pack of that ref, which will be read no longer. `takes` are formats that
    other packs have as well, with the aliases that have them. Where it isn't needed, what is there
    is the same, or was changed by hand only.
    """

    candidate: Candidate
    target: Path
    is_needed: bool
    before: Installed | None
    shadows: Pack | None
    actions: Differences
    aliases: Differences
    files: Differences
    takes: tuple[tuple[str, str], ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def runners(self) -> dict[str, int]:
        """How many actions each runner has, by its name in use."""
        counts: dict[str, int] = {}
        for action in self.candidate.actions:
            name = LEGACY_NAMES.get(action.runner_type, action.runner_type)
            counts[name] = counts.get(name, 0) + 1
        return dict(sorted(counts.items()))


def work_out(
    candidates: Sequence[Candidate], site: Site, root: Path, *, forces: bool
) -> tuple[Change, ...]:
    """The effects of installing some packs into `root`; `forces` undoes what was changed by hand.

    Raises:
        InstallError: One can't be put in its place.
    """
    coming = {candidate.ref for candidate in candidates}
    packs = {*site.packs, *coming}
    actions = {*site.catalog.action_refs()}
    actions |= {action.ref for candidate in candidates for action in candidate.actions}
    staying = [alias for alias in site.catalog.aliases if alias.pack not in coming]
    changes = []
    for candidate in candidates:
        others = (a for each in candidates if each is not candidate for a in each.aliases)
        change = _change(candidate, site, root, forces=forces)
        takes = tuple(_taken(candidate.aliases, (*staying, *others)))
        problems = candidate.problems(packs, actions)
        changes.append(replace(change, takes=takes, problems=problems))
    return tuple(changes)


def _change(candidate: Candidate, site: Site, root: Path, *, forces: bool) -> Change:
    there = site.installed(candidate.ref)
    before = there if there is not None and not there.is_bundled else None
    if before is not None and before.root != root:
        raise InstallError(
            f"the pack {candidate.ref} is installed in {before.root}",
            hint=f"--into {before.root} replaces it there",
        )
    old = _digests(before)
    now = candidate.files
    is_needed = before is None or old != now
    actions: tuple[Action, ...] = ()
    aliases: tuple[Alias, ...] = ()
    if not is_needed:
        actions, aliases = candidate.actions, candidate.aliases
    elif before is not None:
        # Only here: to read every action takes a while where there are thousands.
        actions = tuple(a for a in site.catalog.actions() if a.pack == candidate.ref)
        aliases = tuple(a for a in site.catalog.aliases if a.pack == candidate.ref)
    known = before.provenance.files if before is not None and before.provenance else None
    return Change(
        candidate=candidate,
        target=before.path if before is not None else root / candidate.ref,
        is_needed=is_needed and (forces or known != now),
        before=before,
        shadows=there.pack if there is not None and there.is_bundled else None,
        actions=compare(_actions(actions, old), _actions(candidate.actions, now)),
        aliases=compare(_aliases(aliases), _aliases(candidate.aliases)),
        files=compare(old, dict(now)),
    )


def _digests(before: Installed | None) -> dict[str, str]:
    if before is None:
        return {}
    try:
        return digests_of(before.path)
    except OSError as error:
        raise InstallError(f"{before.path} can't be read: {error.strerror}") from error


def _actions(actions: Iterable[Action], files: Mapping[str, str]) -> dict[str, str]:
    """What each action is and runs, but for where it stands."""
    return {
        action.ref: repr(
            (
                action.runner_type,
                action.enabled,
                action.description,
                dict(action.parameters),
                action.notify,
                action.output_schema,
                action.tags,
                files.get(f"actions/{action.entry_point}") if action.entry_point else "",
            )
        )
        for action in actions
    }


def _aliases(aliases: Iterable[Alias]) -> dict[str, str]:
    return {
        alias.name: repr(
            (
                alias.action_ref,
                alias.enabled,
                alias.description,
                [(f.display, [r.text for r in f.representations], f.match_multiple)
                 for f in alias.formats],
                (alias.ack.enabled, alias.ack.format, alias.ack.append_url, alias.ack.extra),
                (alias.result.enabled, alias.result.format, alias.result.extra),
                alias.immutable_parameters,
                alias.extra,
            )
        )
        for alias in aliases
    }  # fmt: skip


def _taken(mine: Iterable[Alias], others: Iterable[Alias]) -> Iterable[tuple[str, str]]:
    """The representations that both have: a message that fits them runs neither."""
    theirs = {text: alias.ref for alias in others if alias.enabled for text in _texts(alias)}
    for alias in mine:
        if alias.enabled:
            for text in _texts(alias):
                if text in theirs:
                    yield text, theirs[text]


def _texts(alias: Alias) -> Iterable[str]:
    return (
        " ".join(representation.text.casefold().split())
        for form in alias.formats
        for representation in form.representations
    )
