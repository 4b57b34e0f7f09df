"""A task as it is to be run: its action and input for each item, its delay, its retries."""

from dataclasses import dataclass

from chatops_cli.model.json import Json, JsonObject
from chatops_cli.model.workflow import Retry, Task
from chatops_cli.workflows.evaluation import ExpressionError, Expressions, Scope
from chatops_cli.workflows.state import RetryState


@dataclass(slots=True)
class Rendered:
    """What a task runs: one action, or one for each of its items; `delay` is in seconds.

    `retry` is how it is tried again; None where it is not, or where that is known.
    """

    actions: tuple[tuple[str, JsonObject], ...]
    delay: float = 0.0
    has_items: bool = False
    limit: int | None = None
    retry: RetryState | None = None


def render(
    task: Task,
    expressions: Expressions,
    scope: Scope,
    *,
    retry: Retry | None,
    retry_delay: float | None,
) -> Rendered:
    """The task with its expressions evaluated.

    Args:
        task: Its definition.
        expressions: Evaluates them.
        scope: What they see.
        retry: How it is tried again, where that is not known yet.
        retry_delay: Seconds before another try, in place of the task's own delay.

    Raises:
        ExpressionError: One of them can't be, or gives what doesn't fit its place.
    """
    delay = retry_delay
    if delay is None:
        delay = _seconds(task.delay, expressions, scope, what=f"the delay of task '{task.name}'")
    tried = None if retry is None else _retry(retry, expressions, scope)
    if task.items is None:
        action = () if task.action is None else (_action(task, expressions, scope),)
        return Rendered(actions=action, delay=delay, retry=tried)
    items = expressions.evaluate(task.items.items, scope)
    if not isinstance(items, list | tuple):
        kind = type(items).__name__
        raise ExpressionError(f"the items of task '{task.name}' are no list but {kind}")
    limit = expressions.evaluate(task.items.concurrency, scope)
    if limit is not None and (isinstance(limit, bool) or not isinstance(limit, int)):
        raise ExpressionError(
            f"the concurrency of task '{task.name}' is no whole number: {limit!r}"
        )
    actions = tuple(
        _action(task, expressions, scope.of_item(_named(item, task.items.names))) for item in items
    )
    return Rendered(
        actions=actions,
        delay=delay,
        has_items=True,
        limit=None if limit is None else max(1, limit),
        retry=tried,
    )


def _retry(retry: Retry, expressions: Expressions, scope: Scope) -> RetryState:
    count = expressions.evaluate(retry.count, scope)
    if isinstance(count, bool) or not isinstance(count, int):
        raise ExpressionError(
            f"the retry count of task '{scope.task}' is no whole number: {count!r}"
        )
    delay = _seconds(
        retry.delay, expressions, scope, what=f"the retry delay of task '{scope.task}'"
    )
    return RetryState(count=count, when=retry.when, delay=delay)


def _seconds(value: Json, expressions: Expressions, scope: Scope, *, what: str) -> float:
    """A number of seconds; 0 where none is given."""
    found = expressions.evaluate(value, scope)
    if found is None:
        return 0.0
    if isinstance(found, bool) or not isinstance(found, int):
        raise ExpressionError(f"{what} is no whole number of seconds: {found!r}")
    return float(found)


def _action(task: Task, expressions: Expressions, scope: Scope) -> tuple[str, JsonObject]:
    action = expressions.evaluate(task.action, scope)
    if not isinstance(action, str):
        raise ExpressionError(f"the action of task '{task.name}' is no name: {action!r}")
    given = expressions.evaluate(task.input, scope)
    if given is None:
        given = {}
    if not isinstance(given, dict):
        raise ExpressionError(f"the input of task '{task.name}' is no object: {given!r}")
    return action, given


def _named(item: Json, names: tuple[str, ...]) -> Json:
    """The item as expressions see it: an object where its parts have names."""
    if names and isinstance(item, list | tuple):
        return dict(zip(names, item, strict=False))
    return {names[0]: item} if len(names) == 1 else item
