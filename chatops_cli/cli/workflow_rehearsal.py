"""Rehearsals of workflows asked for at the command line: which, with what, how they are shown."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from chatops_cli.cli.output import print_error, print_json, print_note, print_text
from chatops_cli.cli.rehearsal_answers import ask_of
from chatops_cli.cli.session import short, user_name
from chatops_cli.errors import ChatOpsError, ExitCode, RunnerError
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json

if TYPE_CHECKING:
    from chatops_cli.execution.rehearsed import Ask
    from chatops_cli.model.action import Action
    from chatops_cli.model.problem import Problem
    from chatops_cli.room.workflow_stage import WorkflowStage
    from chatops_cli.settings.values import Settings
    from chatops_cli.workflows.rehearsing.mock import Mocks
    from chatops_cli.workflows.rehearsing.outcome import Outcome
    from chatops_cli.workflows.rehearsing.played import Played
    from chatops_cli.workflows.rehearsing.suite import Suite

SUFFIXES = (".yaml", ".yml")


@frozen
class Asked:
    """What the person wants; `missing` is None where they say nothing of it."""

    targets: tuple[str, ...]
    input: Mapping[str, Json]
    mocks: Path | None
    execution: str
    record: Path | None
    missing: str | None
    junit: Path | None
    as_json: bool


def run_rehearsals(settings: "Settings", asked: Asked) -> int:
    """Rehearses what was asked for; the exit code.

    Raises:
        ChatOpsError: It can't be.
    """
    from chatops_cli.room.workflow_stage import WorkflowStage

    if asked.record is not None and not asked.execution:
        raise typer.BadParameter(
            "it writes what --from takes: give that too", param_hint="--record"
        )
    if asked.junit is not None and not asked.junit.absolute().parent.is_dir():
        raise ChatOpsError(f"the folder of the report {asked.junit} does not exist")
    paths = [each for each in asked.targets if is_path(each)]
    if (paths and len(paths) < len(asked.targets)) or len(asked.targets) - len(paths) > 1:
        raise typer.BadParameter(
            "name one workflow, or any number of files and folders", param_hint="TARGET"
        )
    stage = WorkflowStage(settings, user=user_name())
    if paths:
        if asked.mocks or asked.execution or asked.input:
            raise typer.BadParameter(
                "files have their own mocks and input; name the workflow to give others",
                param_hint="--mocks, --from, --input",
            )
        return _files(stage, asked, _listed(paths))
    return _one(stage, settings, asked)


def is_path(target: str) -> bool:
    """Whether a file or folder is meant: it has a slash, or the ending of such a file."""
    return "/" in target or target in {".", ".."} or target.endswith(SUFFIXES)


def _listed(targets: list[str]) -> list[Path]:
    found: list[Path] = []
    for each in map(Path, targets):
        if each.is_dir():
            inner = sorted(p for p in each.rglob("*") if p.suffix in SUFFIXES and p.is_file())
            if not inner:
                raise ChatOpsError(f"the folder {each} has no file of mocks", hint="*.yaml")
            found += inner
        else:
            found.append(each)
    return list(dict.fromkeys(found))


def _files(stage: "WorkflowStage", asked: Asked, paths: list[Path]) -> int:
    from chatops_cli.model.problem import Problem
    from chatops_cli.room.workflow_cases import has_errors, open_suite

    suites: list[tuple[Suite, Action]] = []
    problems: list[Problem] = []
    for path in paths:
        suite, action, found = open_suite(path, stage.world.catalog)
        problems += found
        if suite is not None and not suite.cases and not has_errors(found):
            lacks = Problem(
                place=suite.place,
                rule="no-cases",
                message="there are no cases, so nothing is rehearsed",
                hint=f"add cases:, or chatops workflow rehearse {suite.workflow} --mocks {path}",
            )
            problems.append(lacks)
        elif suite is not None and action is not None:
            suites.append((suite, action))
    if _told_problems(tuple(problems)):
        return ExitCode.PROBLEMS
    return _cases(stage, asked, suites)


def _told_problems(problems: "tuple[Problem, ...]") -> bool:
    """Whether something is wrong that stops here; all that is wrong is told."""
    from chatops_cli.cli.findings import lines_of
    from chatops_cli.room.workflow_cases import has_errors

    for line in lines_of(problems):
        print_note(line)
    return has_errors(problems)


def _cases(stage: "WorkflowStage", asked: Asked, suites: "list[tuple[Suite, Action]]") -> int:
    import asyncio

    from chatops_cli.cli.findings import counted
    from chatops_cli.room.workflow_cases import rehearse_cases
    from chatops_cli.workflows.rehearsing.outcome import write_junit
    from chatops_cli.workflows.rehearsing.virtual_time import VirtualLoop

    outcomes: list[Outcome] = []
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        for suite, action in suites:
            ask = ask_of(asked.missing or suite.missing)
            outcomes += runner.run(
                rehearse_cases(
                    stage,
                    suite,
                    action,
                    ask=ask,
                    told=lambda outcome: _tell_case(outcome, as_json=asked.as_json),
                )
            )
    _tell_coverage(outcomes, suites, as_json=asked.as_json)
    if asked.junit is not None:
        write_junit(asked.junit, outcomes)
    failed = sum(not each.has_passed for each in outcomes)
    cases = sum(each.case is not None for each in outcomes)
    told = f"{counted(cases, 'case')} in {counted(len(suites), 'file')}"
    print_note(f"{told}: {failed or 'none'} failed")
    return ExitCode.FAILED if failed else ExitCode.OK


def _tell_case(outcome: "Outcome", *, as_json: bool) -> None:
    from chatops_cli.workflows.rehearsing import telling
    from chatops_cli.workflows.rehearsing.writing import snippet

    played = outcome.played
    if as_json:
        found: dict[str, Json] = {
            "kind": "case",
            "file": outcome.suite.file,
            "case": outcome.name,
            "passed": outcome.has_passed,
            "why": list(outcome.why),
            "workflow": outcome.workflow,
        }
        print_json({**found, **({} if played is None else telling.as_json(played))})
        return
    mark = "ok    " if outcome.has_passed else "FAILED"
    print_text(f"{mark} {short(outcome.suite.file)}: {outcome.name}")
    for line in outcome.why:
        print_text(f"    {line}")
    if played is not None and not outcome.has_passed:
        print_text("  the path it took:")
        for line in telling.lines_of(played):
            print_text(f"    {line}")
        if played.lacking:
            print_text(f"  mocks to write:\n{snippet(played.lacking)}")


def _tell_coverage(
    outcomes: "list[Outcome]", suites: "list[tuple[Suite, Action]]", *, as_json: bool
) -> None:
    from chatops_cli.workflows.rehearsing import telling
    from chatops_cli.workflows.rehearsing.coverage import coverage_of

    rehearsals = [each.played for each in outcomes if each.played is not None]
    for ref in dict.fromkeys(action.ref for _, action in suites):
        opened = next((p.opened for p in rehearsals if p.ref == ref and p.opened), None)
        if opened is None:
            continue
        found = coverage_of(opened, rehearsals)
        if as_json:
            print_json({"kind": "coverage", **telling.coverage_json(found)})
        else:
            for line in telling.coverage_lines(found):
                print_text(line)


def _one(stage: "WorkflowStage", settings: "Settings", asked: Asked) -> int:
    """One workflow, with what mocks there are."""
    from chatops_cli.room.workflow_cases import open_suite, workflow_named
    from chatops_cli.workflows.rehearsing.mock import Mocks

    ref = asked.targets[0] if asked.targets else None
    base, given = Mocks(), dict(asked.input)
    missing = asked.missing
    if asked.execution:
        ref, base, before = _from_record(stage, settings, asked, ref)
        given = {**before, **given}
    if asked.mocks is not None:
        suite, action, problems = open_suite(asked.mocks, stage.world.catalog, ref=ref)
        if _told_problems(problems) or suite is None or action is None:
            return ExitCode.PROBLEMS
        if suite.cases:
            if asked.execution or asked.input:
                raise typer.BadParameter(
                    "the cases of the file have their own", param_hint="--from, --input"
                )
            return _cases(stage, asked, [(suite, action)])
        ref, base = action.ref, suite.mocks.over(base)
        given = {**suite.input, **given}
        missing = missing or suite.missing
    if ref is None:
        raise typer.BadParameter("name a workflow, or files of mocks", param_hint="TARGET")
    action = workflow_named(stage.world.catalog, ref)
    return _alone(stage, action, given, base, as_json=asked.as_json, ask=ask_of(missing))


def _from_record(
    stage: "WorkflowStage", settings: "Settings", asked: Asked, ref: str | None
) -> "tuple[str, Mocks, dict[str, Json]]":
    from chatops_cli.room.workflow_cases import read_named, workflow_named
    from chatops_cli.workflows.rehearsing.recorded import recorded, settable
    from chatops_cli.workflows.rehearsing.writing import mocks_file

    found = recorded(settings.home, asked.execution)
    if ref is None:
        ref = found.action
    action = workflow_named(stage.world.catalog, ref)
    given = settable(action, found.input)
    for note in found.notes:
        print_note(f"note: {note}")
    text = mocks_file(ref, given, found.mocks, (f"from the execution {found.id}", *found.notes))
    if asked.record is not None:
        _write(asked.record, text)
    name = str(asked.record) if asked.record is not None else f"execution {found.id}"
    suite, _, problems = read_named(text.encode(), file=name, catalog=stage.world.catalog, ref=ref)
    if _told_problems(problems) or suite is None:
        raise ChatOpsError(
            f"what execution {found.id} gave doesn't fit {ref} as it is now",
            hint="was the workflow changed since? --record writes the mocks to a file to mend",
        )
    return ref, suite.mocks, given


def _write(path: Path, text: str) -> None:
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise ChatOpsError(f"{path} is there already", hint="name another file") from error
    except OSError as error:
        raise ChatOpsError(f"{path} can't be written: {error.strerror}") from error
    print_note(f"the mocks are in {path}")


def _alone(
    stage: "WorkflowStage",
    action: "Action",
    given: dict[str, Json],
    mocks: "Mocks",
    *,
    as_json: bool,
    ask: "Ask",
) -> int:
    import asyncio

    from chatops_cli.workflows.rehearsing import telling
    from chatops_cli.workflows.rehearsing.virtual_time import VirtualLoop

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        try:
            played = runner.run(stage.rehearse(action, given, mocks, ask))
        except RunnerError as error:
            error.exit_code = ExitCode.FAILED
            raise
    if as_json:
        print_json(telling.as_json(played))
    else:
        for line in telling.lines_of(played):
            print_text(line)
        print_text(f"{action.ref}: {played.status or 'stopped'}")
    for answer in mocks.answers():
        if played.status is not None and answer.place not in played.used and not answer.spare:
            print_note(f"note: {short(str(answer.place))}: this mock was not used by any run")
    return _code(played)


def _code(played: "Played") -> int:
    from chatops_cli.cli.findings import counted
    from chatops_cli.model.execution import Status
    from chatops_cli.workflows.rehearsing.writing import snippet

    if played.status is None:
        number = len({each.path for each in played.lacking})
        print_error(
            f"no mock for {counted(number, 'task')}; write to a file, and give it as --mocks:\n"
            f"{snippet(played.lacking)}",
            hint="--missing succeed|fail|ask goes on without",
        )
        return ExitCode.FAILED
    if played.waiting and played.status in {Status.PAUSED, Status.PENDING}:
        print_note(f"it waits for an answer: {', '.join(dict.fromkeys(played.waiting))}")
        return ExitCode.WAITING
    return ExitCode.OK if played.status is Status.SUCCEEDED else ExitCode.FAILED
