"""A secret has its value in a file of the pack.

Who can read the pack can read it, and all who install it have the same. Looked at are defaults of
parameters with `secret: true`, in actions, in formats and in `config.schema.yaml`, and what an
alias or a rule gives to such a parameter. What reads it from elsewhere (`{{ st2kv… }}`) is fine,
and so is nothing, `null` or a text in angle brackets that says what to put there.

Fails:

```yaml
# actions/login.yaml
name: login
runner_type: noop
parameters:
  password: {type: string, secret: true, default: admin}
```

Passes:

```yaml
# actions/login.yaml
name: login
runner_type: noop
parameters:
  password:
    type: string
    secret: true
    default: "{{ st2kv.system.password | decrypt_kv }}"
```
"""

import re
from collections.abc import Iterator, Mapping

from chatops_cli.catalog.stamps import CONFIG_SCHEMA
from chatops_cli.model.action import Action, Parameter
from chatops_cli.model.json import Json
from chatops_cli.model.problem import Problem, Severity
from chatops_cli.rendering.templates import is_template
from chatops_cli.validation.content import Content
from chatops_cli.validation.jinja.marking import Path, place_at

CODE = "SEC102"
NAME = "secret-value"
SUMMARY = "a secret parameter has its value in a file of the pack"
WHY = "whoever can read the pack knows it, and it is the same wherever the pack is installed"
MEND = "leave it out, or read it: {{ st2kv.system.name | decrypt_kv }}, {{ config_context.name }}"

_NONE = re.compile(r"\s*|<.*>|\*+|[xX]+|\.+", re.DOTALL)
"""Nothing, and what only stands for something."""
_DEPTH = 12


def check(content: Content) -> Iterator[Problem]:
    """A problem for each value; the value itself isn't told."""
    for action in content.actions:
        yield from _of_action(content, action)
    for pack in content.packs:
        file = f"{pack.place.file.rpartition('/')[0]}/{CONFIG_SCHEMA}"
        schema = content.world.catalog.config_schema(pack.ref)
        for name, parameter in schema.items():
            yield from _defaults(file, (name,), parameter)
    yield from _of_aliases(content)
    yield from _of_rules(content)


def _of_action(content: Content, action: Action) -> Iterator[Problem]:
    with_default = {n: p for n, p in action.parameters.items() if p.default or p.schema}
    overrides = any(p.default and not p.secret for p in with_default.values())
    # Only an action that says a default anew has to be asked what its runner keeps secret.
    merged = (content.parameters_of(action) or {}) if overrides else {}
    for name, parameter in with_default.items():
        is_secret = parameter.secret or (name in merged and merged[name].secret)
        yield from _defaults(
            action.place.file, ("parameters", name), parameter, is_secret=is_secret
        )


def _defaults(
    file: str, path: Path, parameter: Parameter, *, is_secret: bool = False
) -> Iterator[Problem]:
    """The parameter's own default, and those of what is in an object."""
    if (parameter.secret or is_secret) and is_value(parameter.default):
        yield _problem(file, (*path, "default"), parameter.default, parameter.name)
    yield from _inner(file, path, dict(parameter.schema), 0)


def _inner(file: str, path: Path, schema: Json, depth: int) -> Iterator[Problem]:
    properties = schema.get("properties") if isinstance(schema, dict) else None
    if not isinstance(properties, dict) or depth > _DEPTH:
        return
    for name, inner in properties.items():
        if isinstance(inner, dict):
            inside: Path = (*path, "properties", name)
            if inner.get("secret") is True and is_value(inner.get("default")):
                yield _problem(file, (*inside, "default"), inner["default"], name)
            yield from _inner(file, inside, inner, depth + 1)


def _of_aliases(content: Content) -> Iterator[Problem]:
    for alias in content.aliases:
        secrets = _secrets(content.parameters(alias))
        if not secrets:
            continue
        for name, value in alias.immutable_parameters.items():
            if name in secrets and is_value(value):
                yield _problem(alias.place.file, ("immutable_parameters", name), value, name)
        for one in content.formats_of(alias):
            for name, default in one.form.defaults:
                if name in secrets and is_value(default):
                    yield Problem(
                        place=one.representation.place,
                        rule=NAME,
                        message=_message(name),
                        severity=Severity.WARNING,
                    )


def _of_rules(content: Content) -> Iterator[Problem]:
    for rule in content.world.catalog.rules:
        action = content.world.action(rule.action_ref) if rule.parameters else None
        if action is None or not content.scope.holds(rule.place.file):
            continue
        secrets = _secrets(content.parameters_of(action))
        for name, value in rule.parameters.items():
            if name in secrets and is_value(value):
                yield _problem(rule.place.file, ("action", "parameters", name), value, name)


def _secrets(parameters: Mapping[str, Parameter] | None) -> frozenset[str]:
    return frozenset(name for name, p in (parameters or {}).items() if p.secret)


def is_value(value: Json) -> bool:
    """Whether this is a secret itself: a text that is neither read from elsewhere nor a filling."""
    return isinstance(value, str) and not is_template(value) and _NONE.fullmatch(value) is None


def _problem(file: str, path: Path, value: Json, name: str) -> Problem:
    return Problem(
        place=place_at(file, path, value if isinstance(value, str) else "", 0),
        rule=NAME,
        message=_message(name),
        severity=Severity.WARNING,
    )


def _message(name: str) -> str:
    return f"the secret {name} has its value here, for all to read"
