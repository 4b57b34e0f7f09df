"""Everything that is wrong with what is asked about, gathered from all that can tell."""

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from functools import partial
from typing import TYPE_CHECKING

from chatops_cli.model.action import Action
from chatops_cli.model.frozen import frozen
from chatops_cli.model.pack import Pack
from chatops_cli.model.problem import Place, Problem, Severity
from chatops_cli.room.world import World
from chatops_cli.validation.declared import RULE as MISSING_PACK
from chatops_cli.validation.declared import is_declared
from chatops_cli.validation.finding import Finding, by_place
from chatops_cli.validation.kept import NOTHING_KEPT, Kept
from chatops_cli.validation.own import UNEXPLAINED, UNKNOWN, UNUSED
from chatops_cli.validation.preferences import about_paths, graded, without_left_out
from chatops_cli.validation.registry import UNLISTED, Selection, all_rules, rule_of, rules_by_name
from chatops_cli.validation.remarks import MARK, Remark, remarks_in
from chatops_cli.validation.rule import Rule
from chatops_cli.validation.scope import Scope

if TYPE_CHECKING:
    from chatops_cli.validation.content import Content


@frozen
class Report:
    """What was found, by place.

    `ignored` counts what remarks in files cover, `left_out` what the settings leave out for its
    path, `known` what a baseline holds. `lines` are those of files that are not on disk as they
    were checked.
    """

    findings: tuple[Finding, ...]
    packs: int
    lines: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ignored: int = 0
    left_out: int = 0
    known: int = 0

    @property
    def errors(self) -> int:
        """How many of them break what they name."""
        return sum(finding.is_error for finding in self.findings)


def validate(
    world: World,
    scope: Scope,
    selection: Selection,
    kept: Kept = NOTHING_KEPT,
    begin: Callable[[str], None] = lambda _: None,
) -> Report:
    """Checks what `scope` holds; a rule that fails is told of, and the others go on.

    Args:
        world: All that is loaded.
        scope: What is asked about.
        selection: The rules that are told.
        kept: What was found before.
        begin: Called with the name of each part when it begins.
    """
    settings = world.settings
    problems = kept.problems(
        repr(selection), lambda: [*dict.fromkeys(_problems(world, scope, selection, begin))]
    )
    names = rules_by_name() if problems else {}
    packs = packs_in(world, scope)
    found = [
        graded(Finding(problem=problem, rule=names.get(problem.rule, UNLISTED)), settings.checks)
        for problem in map(_judged, problems)
        if scope.holds(problem.place.file) and not is_declared(problem, packs)
    ]
    remarks = [remark for pack in packs for remark in remarks_in(pack.path, folder_of(pack))]
    remarks = [remark for remark in remarks if scope.holds(remark.file)]

    def told_of(finding: Finding) -> bool:
        return selection.holds(finding.rule)

    told = list(filter(told_of, found))
    used, left = _applied(remarks, told)
    about = [graded(f, settings.checks) for f in _about(remarks, used, selection)]
    left_in, paths = without_left_out([*left, *filter(told_of, about)], settings)
    entries = filter(told_of, about_paths(settings, paths, scope, selection))
    return Report(
        findings=tuple(sorted([*left_in, *entries], key=by_place)),
        packs=len(packs),
        ignored=len(told) - len(left),
        left_out=len(left) + sum(map(told_of, about)) - len(left_in),
    )


def _judged(problem: Problem) -> Problem:
    """A pack that isn't here is no mistake of the one that is checked: it may be elsewhere."""
    if problem.rule == MISSING_PACK:
        return replace(problem, severity=Severity.WARNING)
    return problem


def packs_in(world: World, scope: Scope) -> tuple[Pack, ...]:
    """The packs of which something is asked about."""
    return tuple(pack for pack in world.catalog.packs.values() if scope.touches(folder_of(pack)))


def folder_of(pack: Pack) -> str:
    """The pack's folder as places name it."""
    return pack.place.file.rpartition("/")[0]


def _problems(
    world: World, scope: Scope, selection: Selection, begin: Callable[[str], None]
) -> Iterator[Problem]:
    # Only here: where the same was checked before, nothing of what rules use is imported.
    from chatops_cli.room.action_check import check_actions
    from chatops_cli.room.policy_check import check_policies
    from chatops_cli.validation.content import Content
    from chatops_cli.validation.rules import CHECKED

    content = Content(world, scope)
    yield from world.catalog.problems
    yield from world.table.problems
    sources: list[tuple[str, Callable[[], Iterable[Problem]]]] = [
        ("actions", lambda: check_actions(_asked(content), world.templates)),
        ("policies", lambda: check_policies(world)),
        ("workflows", lambda: _workflows(content)),
        ("files", lambda: _files(world, scope)),
    ]
    chosen = (module for module in CHECKED if selection.holds(rule_of(module)))
    sources.extend((module.CODE, partial(module.check, content)) for module in chosen)
    for name, source in sources:
        begin(name)
        yield from _guarded(name, source, scope)


def _guarded(name: str, source: Callable[[], Iterable[Problem]], scope: Scope) -> Iterator[Problem]:
    try:
        yield from source()
    except Exception as error:  # a rule's bug costs its own findings, not those of others
        logging.getLogger(__name__).exception("rule failed", extra={"rule": name})
        place = Place(file=scope.paths[0] if scope.paths else ".")
        what = f"{type(error).__name__}: {error}".splitlines()[0]
        yield Problem(place=place, rule="rule-failed", message=f"the rule {name} failed: {what}")


def _actions(content: "Content") -> Iterator[Action]:
    """The actions of the packs that are asked about."""
    catalog = content.world.catalog
    packs = {pack.ref for pack in packs_in(content.world, content.scope)}
    for ref in catalog.action_refs():
        if ref.partition(".")[0] in packs:
            action = catalog.action(ref)
            if action is not None:
                yield action


def _asked(content: "Content") -> Iterator[Action]:
    """The actions whose own files are asked about."""
    return (each for each in _actions(content) if content.scope.holds(each.place.file))


def _workflows(content: "Content") -> Iterator[Problem]:
    for opened in content.workflows:
        yield from opened.problems


def _files(world: World, scope: Scope) -> Iterator[Problem]:
    from chatops_cli.catalog.other_files import check_pack_files

    for pack in packs_in(world, scope):
        yield from check_pack_files(pack)


def _applied(
    remarks: Sequence[Remark], findings: Iterable[Finding]
) -> tuple[set[tuple[Remark, str]], list[Finding]]:
    """Which codes of which remarks have an effect, and the findings that none covers."""
    used: set[tuple[Remark, str]] = set()
    left: list[Finding] = []
    for finding in findings:
        file, line, code = finding.place.file, finding.place.line, finding.rule.code
        covering = [remark for remark in remarks if remark.covers(file, line, code)]
        used.update((remark, code) for remark in covering)
        if not covering:
            left.append(finding)
    return used, left


def _about(
    remarks: Collection[Remark], used: Collection[tuple[Remark, str]], selection: Selection
) -> Iterator[Finding]:
    """What is wrong with remarks; one about a rule that isn't asked about may be of use."""
    rules = {rule.code: rule for rule in all_rules()} if remarks else {}
    for remark in remarks:
        for code in remark.codes:
            if code not in rules:
                yield _remarked(remark, UNKNOWN, f"no rule has the code {code!r}")
            elif (remark, code) not in used and selection.holds(rules[code]):
                rest = _without(remark, code)
                yield _remarked(remark, UNUSED, f"{code} is not found there", rest)
        if not remark.reason:
            yield _remarked(remark, UNEXPLAINED, "it doesn't say why")


def _without(remark: Remark, code: str) -> str:
    """The comment that is left without a code; empty where it was the only one."""
    others = ", ".join(each for each in remark.codes if each != code)
    return f"# {MARK.decode()}{others}] {remark.reason}".rstrip() if others else ""


def _remarked(remark: Remark, rule: Rule, message: str, replacement: str | None = None) -> Finding:
    name = rule.name
    problem = Problem(
        place=Place(file=remark.file, line=remark.line, column=remark.column),
        rule=name,
        message=message,
        severity=Severity.WARNING,
        replacement=replacement,
    )
    return Finding(problem=problem, rule=rule)
