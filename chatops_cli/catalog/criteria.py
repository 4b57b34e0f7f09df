"""The criteria of a rule: a mapping from the path of a value to how it is compared."""

from chatops_cli.model.json import Json
from chatops_cli.model.problem import Severity
from chatops_cli.model.rule import SHORT_OPERATORS, Condition, Criterion, Operator
from chatops_cli.reading.reader import Reader
from chatops_cli.reading.value import Value

OPERATORS = (*Operator, *SHORT_OPERATORS)
WITHOUT_PATTERN = frozenset({Operator.EXISTS, Operator.NEXISTS})


def read_criteria(reader: Reader | None) -> tuple[Criterion, ...] | None:
    """The criteria in file order; None where one of them is wrong, for then too much would fit.

    Source: StackStorm, ``st2common.validators.api.reactor``: an operator and a pattern are needed.
        Here a value that exists, or doesn't, needs no pattern.
    """
    if reader is None:
        return ()
    before = len(reader.problems)
    found = [_criterion(key, value) for key, value in reader.entries()]
    problems = reader.problems[before:]
    if any(problem.severity is Severity.ERROR for problem in problems):
        return None
    return tuple(criterion for criterion in found if criterion is not None)


def _criterion(key: str, value: Value) -> Criterion | None:
    reader = Reader.of(value)
    if reader is None:
        return None
    written = reader.value("type", required=True)
    word = written.choice(OPERATORS) if written is not None else None
    if word is None:
        return None
    operator = SHORT_OPERATORS.get(word) or Operator(word)
    if operator is Operator.SEARCH:
        criterion = _search(key, reader)
    else:
        criterion = Criterion(key=key, operator=operator, pattern=_pattern(operator, reader))
        reader.accept("condition")
    reader.finish()
    return criterion


def _pattern(operator: Operator, reader: Reader) -> Json:
    value = reader.value("pattern", required=operator not in WITHOUT_PATTERN)
    if value is None:
        return None
    return value.json()


def _search(key: str, reader: Reader) -> Criterion:
    condition = reader.value("condition", required=True)
    word = condition.choice(tuple(Condition)) if condition is not None else None
    inner = read_criteria(Reader.of(reader.value("pattern", required=True)))
    return Criterion(
        key=key,
        operator=Operator.SEARCH,
        condition=Condition(word) if word is not None else Condition.ALL,
        inner=inner or (),
    )
