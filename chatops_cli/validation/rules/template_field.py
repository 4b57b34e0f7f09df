"""A template reads a key that `execution` or this runner's result doesn't have.

Each runner answers in its own shape: a shell's `stdout`, a Python action's `result`, a workflow's
`output`, a remote shell's object for each host (`docs/compatibility.md` has all). A closed
`output_schema` (`additionalProperties: false`) counts, too. In an ack there is no result
yet. What a template asks for first (`is defined`, `default`, a condition) is passed over.

Fails:

```yaml
# aliases/say.yaml
name: say
action_ref: core.echo
formats:
  - "say {{message}}"
result:
  format: "It said {{ execution.result.result }}"
```

Passes:

```yaml
# aliases/say.yaml
name: say
action_ref: core.echo
formats:
  - "say {{message}}"
result:
  format: "It said {{ execution.result.stdout }}"
```
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from chatops_cli.model.problem import Problem
from chatops_cli.reading.value import did_you_mean
from chatops_cli.runners.registry import current_name
from chatops_cli.validation.content import Content
from chatops_cli.validation.jinja.shape import Keyed, execution_shape, missing_step
from chatops_cli.validation.jinja.template import Kind, PackTemplate
from chatops_cli.validation.jinja.tokens import find_sequence

if TYPE_CHECKING:
    from chatops_cli.validation.jinja.access import Access

CODE = "TPL104"
NAME = "unknown-field"
SUMMARY = "a template reads a key that there never is"
WHY = "nothing is written in its place, or people get the default text"
MEND = "read a key that there is; docs/compatibility.md has the results of the runners"

_OF_FAILURES = ("error", "hint")
_OUTPUTS = {"python-script": "result", "orquesta": "output", "http-request": "body"}


def check(content: Content) -> Iterator[Problem]:
    """A problem for each such path in each template, where it is first read."""
    for template in content.templates:
        if template.kind.is_answer:
            for access, inside in unknown_fields(template):
                yield _problem(template, access, inside)


def unknown_fields(template: PackTemplate) -> "Iterator[tuple[Access, Keyed]]":
    """The paths that lead nowhere, each up to the step that isn't there, and what lacks it."""
    found = template.analysis
    if "execution" in found.assigned:
        return
    shape = execution_shape(template.kind, template.action)
    told: set[tuple[str, ...]] = set()
    for access in found.accesses:
        missing = missing_step(access, shape) if access.root == "execution" else None
        if missing is None:
            continue
        path = access.part(missing[0] + 1)
        if path.keys not in told and not found.is_guarded(path.keys):
            told.add(path.keys)
            yield path, missing[1]


def _problem(template: PackTemplate, access: "Access", inside: Keyed) -> Problem:
    whole, key = ".".join(access.keys[:-1]), access.keys[-1]
    goes_on = any(
        each.keys[: len(access.keys)] == access.keys and len(each.keys) > len(access.keys)
        for each in template.analysis.accesses
    )
    further = "; to go on from it is an error" if goes_on else ""
    return template.problem(
        NAME,
        find_sequence(template.analysis.tokens, access.words, access.line),
        f"{template.name} reads {key} of {whole}, {_reason(template, access, inside)}{further}",
        _hint(template, access, inside),
        is_error=False,
    )


def _reason(template: PackTemplate, access: "Access", inside: Keyed) -> str:
    if access.keys[:2] != ("execution", "result"):
        return "which it doesn't have"
    if template.kind is Kind.ACK:
        return "but an ack has no result yet"
    runner = current_name(template.action.runner_type) if template.action else ""
    if len(access.steps) > 2:  # noqa: PLR2004  # execution.result.KEY is the runner's
        return f"which {template.action.ref if template.action else 'the action'} doesn't answer"
    if not inside.keys and not inside.other:
        return f"but {runner} answers nothing"
    listed = (
        "an object for each host"
        if inside.other
        else ", ".join(key for key in inside.keys if key not in _OF_FAILURES)
    )
    return f"but {runner} answers {listed}"


def _hint(template: PackTemplate, access: "Access", inside: Keyed) -> str | None:
    key = access.keys[-1]
    if template.kind is Kind.RESULT and len(access.steps) == 2 and template.action is not None:  # noqa: PLR2004  # as above
        if inside.other:
            return f"did you mean execution.result[host].{key}, in a loop over execution.result?"
        output = _OUTPUTS.get(current_name(template.action.runner_type))
        if output is not None and did_you_mean(key, inside.keys) is None:
            return f"what the action gives is in execution.result.{output}"
    return did_you_mean(key, inside.keys)
