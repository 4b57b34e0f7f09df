"""The answers to an alias: when its execution starts, and when it has ended."""

from collections.abc import Mapping
from dataclasses import field, replace

from chatops_cli.model.alias import Ack, Alias, Result
from chatops_cli.model.chat import Attachment
from chatops_cli.model.execution import Execution, Status
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.model.problem import Problem
from chatops_cli.rendering.attachments import (
    extra_color,
    listed_attachments,
    network_extra,
    to_attachment,
)
from chatops_cli.rendering.failure import TemplateError
from chatops_cli.rendering.summary import headline, summarize
from chatops_cli.rendering.templates import Context, Templates
from chatops_cli.rendering.view import alias_view, execution_view

SPLIT = "{~}"
"""What stands between plain text and attachment."""

_COLORS: Mapping[Status, str] = {
    Status.SUCCEEDED: "good",
    Status.FAILED: "danger",
    Status.TIMEOUT: "danger",
    Status.ABANDONED: "danger",
    Status.CANCELED: "warning",
}


@frozen
class Rendered:
    """What to say: the parts of a reply, and what was wrong with the templates.

    `text` is plain and comes first, then `attachments`. `extra` is the alias' ``extra`` rendered,
    keyed by network. A broken ``format`` is told in `text`, too; a broken value of ``extra`` is
    only among `problems`.
    """

    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    extra: JsonObject = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


def render_ack(
    alias: Alias, execution: Execution, *, templates: Templates, web_url: str | None = None
) -> Rendered | None:
    """The answer when an execution starts; None where the alias wants none.

    Args:
        alias: The alias that was matched.
        execution: Its execution, masked.
        templates: Where templates are kept.
        web_url: Where a person can look at the execution, None where there is no such place.

    Source: StackStorm, `st2api.controllers.v1.aliasexecution`; hubot-stackstorm, `sendAck`.
    """
    ack = alias.ack
    if not ack.enabled:
        return None
    context = _context(ack, "actionalias", alias, execution, web_url)
    said, broken = _format(alias, ack, "ack", templates, context)
    extra, broken_extra = _extra(alias, ack, "ack", templates, context)
    shown = (
        divide(said, {"color": extra_color(extra), **network_extra(extra)})
        if said is not None
        else Rendered()
    )
    if not shown.text and not shown.attachments:
        default = f"On it: running {execution.action_ref} (execution {execution.id})."
        shown = Rendered(text="\n".join((*map(_told, broken), default)))
    if web_url and ack.append_url:
        shown = replace(shown, text=f"{shown.text}\nDetails: {web_url}".lstrip())
    return Rendered(
        text=shown.text,
        attachments=shown.attachments,
        extra=extra,
        problems=(*broken, *broken_extra),
    )


def render_result(
    alias: Alias | None,
    execution: Execution,
    *,
    templates: Templates,
    web_url: str | None = None,
) -> Rendered | None:
    """The answer when an execution has ended; None where the alias wants none.

    A template that can't be rendered is replaced by the default text, after a line that says what
    is wrong and where. A template that writes nothing is replaced by one line that says how it
    went.

    Args:
        alias: The alias that was matched; None for an action run by its name.
        execution: Its execution, masked.
        templates: Where templates are kept.
        web_url: Where a person can look at the execution, None where there is no such place.

    Source: StackStorm, `chatops.format_execution_result`; hubot-stackstorm, `postData` of Slack.
    """
    if alias is None:
        return Rendered(text=_default(execution, web_url))
    result = alias.result
    if not result.enabled:
        return None
    context = _context(result, "alias", alias, execution, web_url)
    said, broken = _format(alias, result, "result", templates, context)
    extra, broken_extra = _extra(alias, result, "result", templates, context)
    part = {"color": extra_color(extra), **network_extra(extra)}
    if said is not None:
        shown = divide(said, part)
    else:
        default = "\n".join((*map(_told, broken), _default(execution, web_url)))
        shown = _frame("", default, part)
    if not shown.text and not shown.attachments:
        shown = Rendered(text=headline(execution))
    color = _COLORS.get(execution.status, "")
    return Rendered(
        text=shown.text,
        attachments=tuple(replace(a, color=a.color or color) for a in shown.attachments),
        extra=extra,
        problems=(*broken, *broken_extra),
    )


def render_waiting(execution: Execution, *, web_url: str | None = None) -> Rendered:
    """The answer when an execution waits for somebody's answer. No alias has a template for it."""
    return Rendered(text=_default(execution, web_url))


def _default(execution: Execution, web_url: str | None) -> str:
    summary = summarize(execution)
    return f"{summary}\nDetails: {web_url}" if web_url else summary


def _context(
    part: Ack | Result, name: str, alias: Alias, execution: Execution, web_url: str | None
) -> dict[str, object]:
    """What the templates of an answer see; nothing where it has none."""
    if part.format is None and not part.extra:
        return {}
    return {"execution": execution_view(execution, web_url=web_url), name: alias_view(alias)}


def _format(
    alias: Alias, part: Ack | Result, kind: str, templates: Templates, context: Context
) -> tuple[str | None, tuple[Problem, ...]]:
    """The template's text; None where there is no template, or where it failed."""
    if part.format is None:
        return None, ()
    try:
        return templates.render(part.format, context), ()
    except TemplateError as error:
        return None, (_problem(alias, part, f"{kind}.format", error),)


def _extra(
    alias: Alias, part: Ack | Result, kind: str, templates: Templates, context: Context
) -> tuple[dict[str, Json], tuple[Problem, ...]]:
    """``extra`` rendered deep; a value that can't be rendered is left out, and told."""
    problems: list[Problem] = []

    def render(name: str, value: Json) -> tuple[Json, bool]:
        try:
            return templates.render_json(value, context), True
        except TemplateError as error:
            problems.append(_problem(alias, None, f"{kind}.extra.{name}", error))
            return None, False

    rendered: dict[str, Json] = {}
    for name, value in part.extra.items():
        if isinstance(value, dict):
            pairs = [(key, *render(f"{name}.{key}", item)) for key, item in value.items()]
            rendered[name] = {key: item for key, item, is_whole in pairs if is_whole}
        else:
            item, is_whole = render(name, value)
            if is_whole:
                rendered[name] = item
    return rendered, tuple(problems)


def _problem(alias: Alias, part: Ack | Result | None, where: str, error: TemplateError) -> Problem:
    place = alias.place
    if part is not None and part.place is not None:
        start = part.place
        place = replace(start, line=start.line + error.line - 1) if error.line > 1 else start
        place = replace(place, column=0) if error.line > 1 else place
    line = f" in line {error.line} of the template" if error.line else ""
    return Problem(
        place=place,
        rule="broken-template",
        message=f"{where} of {alias.ref} can't be rendered: {error.message}{line}",
        hint=error.hint,
    )


def _told(problem: Problem) -> str:
    place = problem.place
    where = f"{place.file}:{place.line}" if place.line else place.file
    return f"{problem.message} ({where})"


def divide(said: str, part: JsonObject) -> Rendered:
    """Plain text before ``{~}``, an attachment after it; all plain where it stands at the end.

    Without ``{~}`` everything is plain, unless the alias says how an attachment looks. A list of
    ``attachments`` takes the place of the template's text, as in hubot-stackstorm.
    """
    listed = listed_attachments(part)
    if listed:
        text = part.get("text")
        return Rendered(text=text if isinstance(text, str) else "", attachments=listed)
    before, mark, after = said.partition(SPLIT)
    if not mark:
        return _frame("", _trim(said), part)
    after = _trim(after.replace(SPLIT, ""))
    if not after:
        return Rendered(text=_trim(before))
    attachment = replace(to_attachment(part), text=after)
    return Rendered(text=_trim(before), attachments=(attachment,))


def _frame(text: str, framed: str, part: JsonObject) -> Rendered:
    """All of it plain, or in an attachment where the alias says how one looks."""
    if all(value == "" for value in part.values()):
        # Most aliases say nothing of it, and need no attachment to be compared.
        return Rendered(text=framed)
    attachment = to_attachment(part)
    if attachment == Attachment():
        return Rendered(text=framed)
    return Rendered(text=text, attachments=(replace(attachment, text=framed),))


def _trim(text: str) -> str:
    """Without the empty lines around it, which blocks of templates leave."""
    lines = text.rstrip().split("\n")
    while lines and not lines[0].strip():
        lines.pop(0)
    return "\n".join(lines)
