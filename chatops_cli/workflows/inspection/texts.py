"""Expressions that can't be read, and names in them that mean nothing."""

import re
from collections.abc import Iterable, Mapping

from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json
from chatops_cli.model.problem import Place, Severity
from chatops_cli.model.workflow import Task
from chatops_cli.reading.value import did_you_mean
from chatops_cli.workflows.definition.markers import (
    BLOCK,
    has_expression,
    has_jinja,
    has_yaql,
)
from chatops_cli.workflows.definition.places import Places
from chatops_cli.workflows.expressions.inspection import FoundExpression
from chatops_cli.workflows.inspection.findings import Findings, short
from chatops_cli.workflows.inspection.flow import Flow
from chatops_cli.workflows.inspection.ports import Reads
from chatops_cli.workflows.inspection.sites import Part, Site, sites
from chatops_cli.workflows.inspection.subject import Subject

_VARIABLE = re.compile(
    r"(?:<%|\{\{)\s*ctx\(\s*(?:\)\.(\w+)|['\"]?([\w-]+)['\"]?\s*\))\s*(?:%>|\}\})"
)
_ITEM = re.compile(r"\bitem\(")


def check_texts(subject: Subject, flow: Flow, reads: Reads, findings: Findings) -> None:
    """Report what is wrong with the texts of a workflow.

    Source: orquesta, ``specs/base.py``, inspection of expressions and of the context. It asks for
        variables on each way to a task by itself; here a way without a variable is a warning.
    """
    check = _Check(subject, flow, findings)
    # The same few conditions make up most texts.
    known: dict[str, tuple[FoundExpression, ...]] = {}
    for site in sites(subject.workflow, subject.places):
        if _is_mixed(site, subject.places, findings):
            continue
        if site.text not in known:
            known[site.text] = reads(site.text)
        for found in known[site.text]:
            check.expression(site, found)
    for task in subject.workflow.tasks.values():
        check.items(task)


def _is_mixed(site: Site, places: Places, findings: Findings) -> bool:
    """Whether the text has expressions of both languages, which is reported."""
    if not (has_yaql(site.text) and has_jinja(site.text)):
        return False
    findings.report(
        "mixed-expressions",
        f"{short(site.text)!r} has expressions of YAQL and of Jinja; a text may have one kind",
        place=places.of(site.path),
        hint="write all of them as <% … %>, or all as {{ … }}",
    )
    return True


class _Check:
    def __init__(self, subject: Subject, flow: Flow, findings: Findings) -> None:
        self._workflow = subject.workflow
        self._graph = subject.graph
        self._places = subject.places
        self._flow = flow
        self._findings = findings

    def expression(self, site: Site, found: FoundExpression) -> None:
        """Report what is wrong with one expression."""
        where = _Where(site=site, expression=found.text, places=self._places)
        if "\n" in found.text and not BLOCK.search(found.text):
            self._findings.report(
                "expression-over-lines",
                f"{short(found.text)} goes over several lines, and stays text as it is",
                place=where.place(),
                hint="write it on one line; '>-' instead of '|' joins the lines of a text",
                severity=Severity.WARNING,
            )
        elif found.problem is not None:
            self._findings.report(
                "expression-syntax",
                f"{short(found.text)} can't be read: {found.problem}",
                place=where.place(),
            )
        if found.reads_dollar:
            # It can be read, and fails when it is evaluated: StackStorm lets it start.
            self._findings.report(
                "bare-dollar",
                f"{short(found.text)}: $ is nothing here: variables are ctx().name or ctx(name)",
                place=where.place("$"),
                severity=Severity.WARNING,
            )
        for name in found.unknown:
            self._findings.report(
                "unknown-function",
                f"{short(found.text)} uses {name}, and there is no such function",
                place=where.place(name),
            )
        if site.task is None or site.task in self._flow.possible:
            for name in found.variables:
                self._variable(where, name)
        for name in found.tasks:
            self._task(where, name)
        if _ITEM.search(found.text) is not None and not self._has_item(site):
            self._findings.report(
                "no-item",
                f"{short(found.text)} asks for an item, and there is none here",
                place=where.place("item"),
                hint="items are those of a task's own 'with', while its action is run",
                severity=Severity.WARNING,
            )

    def items(self, task: Task) -> None:
        """Report items of which all values are known, and none is a list."""
        found = _VARIABLE.fullmatch(task.items.items.strip()) if task.items is not None else None
        if found is None:
            return
        name = found[1] or found[2]
        values = list(self._values(name))
        if name in self._inputs() or not values or not all(map(_is_no_list, values)):
            return
        self._findings.report(
            "items-not-a-list",
            f"the items of task {task.name} are the variable {name}, which is never a list",
            place=self._places.of(("tasks", task.name, "with", "items")),
        )

    def _has_item(self, site: Site) -> bool:
        task = self._workflow.tasks.get(site.task or "")
        return task is not None and task.items is not None and site.part is Part.TASK

    def _inputs(self) -> frozenset[str]:
        return frozenset(one.name for one in self._workflow.input)

    def _values(self, name: str) -> Iterable[Json]:
        transitions = (one for task in self._workflow.tasks.values() for one in task.next)
        for assigned in (self._workflow.vars, *(one.publish for one in transitions)):
            yield from (one.value for one in assigned if one.name == name)

    def _variable(self, where: "_Where", name: str) -> None:
        asks = f"{short(where.expression)} asks for"
        possible = self._known(where.site, self._flow.possible)
        if name.startswith("__"):
            self._findings.report(
                "private-variable",
                f"{asks} {name}, which is the program's own",
                place=where.place(name),
            )
        elif name not in possible:
            self._findings.report(
                "undeclared-variable",
                f"{asks} the variable {name}, {self._never(name)}",
                place=where.place(name),
                hint=self._hint(name, possible),
            )
        elif name not in self._known(where.site, self._flow.certain):
            task = where.site.task or ""
            sources = self._flow.missing_from(self._graph, task, name)
            by = f" by {', '.join(sources)}" if sources else ""
            self._findings.report(
                "sometimes-undeclared-variable",
                f"{asks} the variable {name}, which is not set on every way to task {task}{by}",
                place=where.place(name),
                hint=f"give {name} a value under vars",
                severity=Severity.WARNING,
            )

    def _never(self, name: str) -> str:
        later = name in self._flow.initial or name in self._flow.published
        return "which is set only later" if later else "which is never set"

    def _hint(self, name: str, possible: frozenset[str]) -> str | None:
        if name in self._workflow.tasks:
            return f"{name} is a task; publish what it gives: '- {name}: <% result() %>'"
        return did_you_mean(name, possible)

    def _known(self, site: Site, of_tasks: Mapping[str, frozenset[str]]) -> frozenset[str]:
        flow = self._flow
        if site.task is not None:
            return of_tasks[site.task].union(site.before)
        known = {
            Part.INPUT: flow.context,
            Part.VARS: flow.context | self._inputs(),
            # What is set on a way that ends otherwise is missing there, and no mistake.
            Part.OUTPUT: flow.initial | flow.published,
        }
        return known[site.part].union(site.before)

    def _task(self, where: "_Where", name: str) -> None:
        if name in self._workflow.tasks:
            return
        self._findings.report(
            "unknown-task-status",
            f"{short(where.expression)} asks for the task {name!r}, and there is none of this name",
            place=where.place(name),
            hint=did_you_mean(name, self._workflow.tasks),
            severity=Severity.WARNING,
        )


@frozen
class _Where:
    """An expression in its text."""

    site: Site
    expression: str
    places: Places

    def place(self, part: str = "") -> Place:
        """Where a part of it stands."""
        return self.places.within(self.site.path, self.expression, part)


def _is_no_list(value: Json) -> bool:
    if isinstance(value, str):
        return not has_expression(value)
    return not isinstance(value, list)
