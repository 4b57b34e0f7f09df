"""A workflow as its definition says it: tasks, and what comes after each.

Values that may hold expressions are as written: texts with ``<% … %>`` or ``{{ … }}`` in them, at
any depth of lists and objects.

Source: StackStorm's documentation of orquesta, ``languages/orquesta.rst``.
"""

from collections.abc import Mapping
from dataclasses import field
from typing import Literal

from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json
from chatops_cli.model.problem import Place

COMMANDS = frozenset({"continue", "noop", "fail", "retry"})
"""What may stand under ``do`` beside the names of tasks."""


@frozen
class Assignment:
    """A name and the value that it gets, one of ``input``, ``vars``, ``publish`` or ``output``.

    An input without a default has the value null and `has_value` off.
    """

    name: str
    value: Json = None
    has_value: bool = True
    place: Place


@frozen
class Transition:
    """What comes after a task where `when` holds; without `when` it always does.

    `do` names tasks and commands, in the order as written; without ``do`` it is ``continue``.
    """

    when: str | None = None
    publish: tuple[Assignment, ...] = ()
    do: tuple[str, ...] = ("continue",)
    place: Place


@frozen
class Items:
    """A task's ``with``: the action is run for each of `items`, an expression that gives a list.

    `names` are those of ``x, y in <% … %>``; empty where the items have none.
    """

    items: str
    names: tuple[str, ...] = ()
    concurrency: int | str | None = None
    place: Place


@frozen
class Retry:
    """The task is tried again, up to `count` times after the first, `delay` seconds later.

    Without `when` it is where the task ended badly.
    """

    count: int | str
    when: str | None = None
    delay: int | str | None = None
    place: Place


@frozen
class Task:
    """One task; without an action it does nothing.

    `action` may be an expression. `input` is an object, or a text that is one expression. `delay`
    is in seconds, before it starts. `join` is how many of the tasks before it must have led here.
    """

    name: str
    place: Place
    action: str | None = None
    input: Json = field(default_factory=dict)
    items: Items | None = None
    join: int | Literal["all"] | None = None
    delay: int | str | None = None
    retry: Retry | None = None
    next: tuple[Transition, ...] = ()


@frozen
class Workflow:
    """A whole definition. `name` is what messages call it: the action's ref or the file's name."""

    name: str
    place: Place
    description: str = ""
    input: tuple[Assignment, ...] = ()
    vars: tuple[Assignment, ...] = ()
    output: tuple[Assignment, ...] = ()
    tasks: Mapping[str, Task] = field(default_factory=dict)
