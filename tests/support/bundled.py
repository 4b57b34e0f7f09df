"""The packs that come with the tool: read, matched, run and answered as in a room."""

import asyncio
import itertools
from dataclasses import replace
from functools import cache

from chatops_cli.aliases.table import AliasTable, build_table
from chatops_cli.catalog.catalog import Catalog, open_catalog
from chatops_cli.execution.configuration import Site
from chatops_cli.execution.engine import Prepared, Request
from chatops_cli.execution.inline import InlineEngine
from chatops_cli.execution.merging import chat_settable
from chatops_cli.execution.parameters import Binder
from chatops_cli.model.action import Action
from chatops_cli.model.alias import Alias
from chatops_cli.model.execution import Execution, Status
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.rendering.replies import Rendered, render_result
from chatops_cli.rendering.templates import Templates
from chatops_cli.runners.registry import find_runner
from chatops_cli.settings.load import bundled_packs
from tests.support.clock import FakeClock

_TEMPLATES = Templates()
_NUMBERS = itertools.count()


@cache
def catalog() -> Catalog:
    """All bundled packs."""
    return open_catalog([bundled_packs()], cache=None)


@cache
def table() -> AliasTable:
    """Their enabled aliases."""
    return build_table(catalog().aliases, strict=False, settable=_settable, plans=None)


def action(ref: str) -> Action:
    """One action, which there must be."""
    found = catalog().action(ref)
    assert found is not None, ref
    return found


def alias(ref: str) -> Alias:
    """One alias, which there must be."""
    return next(each for each in catalog().aliases if each.ref == ref)


def prepare(
    ref: str,
    given: JsonObject,
    *,
    fixed: JsonObject | None = None,
    config: JsonObject | None = None,
) -> Prepared:
    """An action with its parameters, not started; `config` above the schema's defaults."""
    found = action(ref)
    site = Site(values=config or {}, schema=catalog().config_schema(found.pack))
    request = Request(
        id=f"e{next(_NUMBERS)}", action=found, given=given, fixed=fixed or {}, site=site
    )
    return _engine().prepare(request)


def run(ref: str, **given: Json) -> Execution:
    """An action run to its end; its parameters and result masked."""
    return run_prepared(prepare(ref, given))


def run_prepared(prepared: Prepared) -> Execution:
    """The same for one that is prepared."""
    execution = asyncio.run(_engine().run(prepared))
    return replace(
        execution,
        parameters=prepared.masker.parameters(execution.parameters),
        result=prepared.masker.json(execution.result),
    )


def succeed(ref: str, **given: Json) -> Execution:
    """The same as `run` for an action that must succeed."""
    execution = run(ref, **given)
    assert execution.status is Status.SUCCEEDED, execution.result
    return execution


def stdout(execution: Execution) -> dict[str, Json]:
    """The stdout of a script that prints a JSON object."""
    assert isinstance(execution.result, dict)
    value = execution.result["stdout"]
    assert isinstance(value, dict)
    return value


def result(execution: Execution) -> Json:
    """What a Python action returned."""
    assert isinstance(execution.result, dict)
    return execution.result["result"]


def rows(value: Json) -> list[dict[str, Json]]:
    """The objects of a list."""
    assert isinstance(value, list)
    return [row for row in value if isinstance(row, dict)]


def answer(alias_ref: str, execution: Execution) -> Rendered:
    """What the alias says of the execution; it must have a result."""
    rendered = render_result(alias(alias_ref), execution, templates=_TEMPLATES)
    assert rendered is not None
    return rendered


def said(alias_ref: str, execution: Execution) -> str:
    """The same as text, attachments after it; the templates must be in order."""
    rendered = answer(alias_ref, execution)
    assert rendered.problems == ()
    fields = (f for attachment in rendered.attachments for f in attachment.fields)
    texts = [rendered.text, *(attachment.text for attachment in rendered.attachments)]
    return "\n".join([*texts, *(f"{field.title}: {field.value}" for field in fields)])


def _engine() -> InlineEngine:
    return InlineEngine(
        find_runner=find_runner,
        binder=Binder(_TEMPLATES),
        clock=FakeClock(),
        new_id=lambda: "i1",
    )


def _settable(each: Alias) -> frozenset[str]:
    found = action(each.action_ref)
    return chat_settable(found, each, find_runner(found.runner_type).PARAMETERS, frozenset())
