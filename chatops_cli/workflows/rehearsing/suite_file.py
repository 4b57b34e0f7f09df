"""A file of mocks read: every mistake in it is a problem with its place."""

from chatops_cli.model.execution import Status
from chatops_cli.model.problem import Problem
from chatops_cli.reading.reader import Reader
from chatops_cli.reading.source import parse
from chatops_cli.reading.value import Value
from chatops_cli.workflows.rehearsing.expected_file import read_expected
from chatops_cli.workflows.rehearsing.mock import Answer, Mock, Mocks
from chatops_cli.workflows.rehearsing.suite import Case, Suite

MISSING = ("fail", "stop", "succeed")
"""What may be done where an action has no mock."""
STATUSES = tuple(
    str(status)
    for status in (
        Status.SUCCEEDED,
        Status.FAILED,
        Status.TIMEOUT,
        Status.ABANDONED,
        Status.CANCELED,
        Status.PENDING,
    )
)
"""How a mocked run may end; one that is ``pending`` waits for an answer."""
_KEYS = ("status", "result", "gives", "takes", "runs", "items", "else")


def read_suite(data: bytes, *, file: str) -> Suite | tuple[Problem, ...]:
    """What a file of mocks says; its problems where it can't be read at all."""
    problems: list[Problem] = []
    source = parse(data, file=file)
    reader = Reader.of_source(source, problems)
    if reader is None:
        return tuple(problems)
    workflow = reader.text("workflow", None)
    value = reader.value("missing")
    missing = value.choice(MISSING) if value is not None else None
    given = reader.mapping("input")
    mocks = _mocks(reader)
    cases = _cases(reader)
    reader.finish()
    return Suite(
        file=file,
        place=reader.place,
        workflow=workflow,
        missing=missing,
        input=given,
        mocks=mocks,
        cases=cases,
        problems=tuple(sorted(problems, key=lambda problem: problem.place)),
    )


def _cases(reader: Reader) -> tuple[Case, ...]:
    value = reader.value("cases")
    found: dict[str, Case] = {}
    for each in value.items() if value is not None else ():
        inner = Reader.of(each)
        if inner is None:
            continue
        case = _case(inner)
        if case.name in found:
            place = found[case.name].place
            inner.report(
                "repeated-case",
                f"there is a case {case.name!r} at {place} already",
                key="name",
                hint="give each case a name of its own",
            )
        found[case.name] = case
    if value is not None and value.is_list and not found and not value.items():
        value.report("no-cases", "cases has none", hint="add one, or leave the key out")
    return tuple(found.values())


def _case(reader: Reader) -> Case:
    name = reader.text("name", required=True)
    given = reader.mapping("input")
    mocks = _mocks(reader)
    expected = None
    if (value := reader.section("expect")) is not None:
        expected = read_expected(value)
    elif not reader.has("expect") or reader.value("expect") is None:
        reader.report(
            "nothing-expected",
            f"the case {name!r} expects nothing, so it could not fail",
            hint="add expect: with status, output, tasks or errors",
        )
    reader.finish()
    return Case(name=name, place=reader.place, input=given, mocks=mocks, expected=expected)


def _mocks(reader: Reader) -> Mocks:
    tasks, actions = reader.section("mocks"), reader.section("actions")
    return Mocks(
        tasks={} if tasks is None else {name: read_mock(each) for name, each in tasks.entries()},
        actions=(
            {} if actions is None else {name: read_mock(each) for name, each in actions.entries()}
        ),
    )


def read_mock(value: Value, *, spare: bool = False) -> Mock:
    """A mock: an object with its keys, or anything else, which is what the action gives."""
    if not value.is_mapping:
        answer = Answer(place=value.place, result=value.json(), spare=spare)
        return Mock(place=value.place, answer=answer)
    reader = Reader(value)
    _check_keys(reader)
    by_run, by_item, other = (reader.value(key) for key in ("runs", "items", "else"))
    if by_run is None and by_item is None:
        if other is not None:
            _mix(reader, "else", "nothing: it is for what runs or items have not")
        return Mock(place=value.place, answer=_answer(reader, spare=spare))
    for key in ("status", "result", "gives", "takes"):
        if reader.has(key):
            _mix(reader, key, "runs or items, which have their own")
    if by_run is not None and by_item is not None:
        _mix(reader, "items", "runs: write one of them inside the other")
    chosen = by_run if by_run is not None else by_item
    return Mock(
        place=value.place,
        by="item" if by_run is None else "run",
        choices=_choices(chosen, first=0 if by_run is None else 1, spare=spare)
        if chosen is not None
        else {},
        otherwise=None if other is None else read_mock(other, spare=True),
    )


def _check_keys(reader: Reader) -> None:
    from chatops_cli.reading.value import did_you_mean

    for key, _ in reader.entries():
        if key not in _KEYS:
            near = did_you_mean(key, _KEYS)
            reader.report(
                "unknown-key",
                f"the key {reader.path(key)!r} is not known in a mock",
                key=key,
                hint=near or f"to have it give an object with this key, write gives: {{{key}: …}}",
            )


def _mix(reader: Reader, key: str, other: str) -> None:
    reader.report("mixed-mock", f"{reader.path(key)} doesn't go with {other}", key=key)


def _answer(reader: Reader, *, spare: bool) -> Answer:
    value = reader.value("status")
    status = value.choice(STATUSES) if value is not None else None
    is_whole = reader.has("result")
    if is_whole and reader.has("gives"):
        _mix(reader, "gives", "result, which is all that the runner would give")
    value = reader.value("takes")
    takes = value.number(minimum=0) if value is not None else None
    return Answer(
        place=reader.place,
        status=Status(status or Status.SUCCEEDED),
        result=reader.json("result" if is_whole else "gives", None),
        is_whole=is_whole,
        takes=takes or 0.0,
        spare=spare,
    )


def _choices(value: Value, *, first: int, spare: bool) -> dict[int, Mock]:
    """Mocks in a list, or by number; the numbers of runs begin at 1, those of items at 0."""
    if value.is_list:
        return dict(enumerate((read_mock(each, spare=spare) for each in value.items()), first))
    reader = Reader.of(value)
    found: dict[int, Mock] = {}
    for key, each in () if reader is None else reader.entries():
        if key.isascii() and key.isdigit() and int(key) >= first:
            found[int(key)] = read_mock(each, spare=spare)
        else:
            each.report(
                "mock-number",
                f"{key!r} is no number from {first}",
                hint="use else: for the rest",
            )
    return found
