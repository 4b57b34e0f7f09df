"""All templates of the packs that are asked about, with what each may name."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from chatops_cli.catalog.stamps import CONFIG_SCHEMA
from chatops_cli.model.action import Action, Parameter
from chatops_cli.model.alias import Alias
from chatops_cli.model.json import Json
from chatops_cli.rendering.templates import is_template
from chatops_cli.validation.jinja.marking import Path
from chatops_cli.validation.jinja.template import Kind, PackTemplate

if TYPE_CHECKING:
    from chatops_cli.model.rule import Rule
    from chatops_cli.rendering.sandbox import Sandbox
    from chatops_cli.validation.content import Content

_DEPTH = 12
"""Levels of objects in which defaults are looked for."""
_STORED = frozenset({"st2kv"})
_CONTEXTS = _STORED | {"action_context", "config_context"}
_ALIAS_CONTEXT = frozenset({"api_user", "user", "source_channel", "action_alias_ref", "pack"})
_NOTICE = _STORED | {"system", "action_context", "action_parameters", "action_results"}
_RULE = _STORED | {"system", "trigger"}


def collect(content: "Content") -> Iterator[PackTemplate]:
    """Every text with Jinja in it, by file; texts that are no template are left out."""
    found = _Collector(content)
    for alias in content.aliases:
        yield from found.of_alias(alias)
    for action in content.actions:
        yield from found.of_action(action)
    for rule in content.world.catalog.rules:
        if content.scope.holds(rule.place.file):
            yield from found.of_rule(rule)
    for pack in content.packs:
        file = f"{pack.place.file.rpartition('/')[0]}/{CONFIG_SCHEMA}"
        if content.scope.holds(file):
            yield from found.of_schema(file, content.world.catalog.config_schema(pack.ref))


def texts_in(value: Json, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Each text with Jinja in a value, keys of objects too, and the keys and indexes to it."""
    if isinstance(value, str):
        if is_template(value):
            yield path, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from texts_in(key, (*path, key))
            yield from texts_in(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from texts_in(item, (*path, index))


def _defaults_in(schema: Json, path: Path, depth: int) -> Iterator[tuple[Path, str]]:
    """The templates among the defaults of what is in an object."""
    properties = schema.get("properties") if isinstance(schema, dict) else None
    if not isinstance(properties, dict) or depth > _DEPTH:
        return
    for name, inner in properties.items():
        if isinstance(inner, dict):
            inside: Path = (*path, "properties", name)
            yield from texts_in(inner.get("default"), (*inside, "default"))
            yield from _defaults_in(inner, inside, depth + 1)


class _Collector:
    def __init__(self, content: "Content") -> None:
        self._content = content
        self._made: Sandbox | None = None

    @property
    def _sandbox(self) -> "Sandbox":
        if self._made is None:
            from chatops_cli.rendering.sandbox import Sandbox

            self._made = Sandbox(strict=False)
        return self._made

    def of_alias(self, alias: Alias) -> Iterator[PackTemplate]:
        file, action = alias.place.file, self._content.world.action(alias.action_ref)
        for kind, part in ((Kind.ACK, alias.ack), (Kind.RESULT, alias.result)):
            names = frozenset({"execution", "actionalias" if kind is Kind.ACK else "alias"})
            said: dict[str, Json] = {"format": part.format, "extra": dict(part.extra)}
            for path, text in texts_in(said, (str(kind),)):
                yield PackTemplate(
                    kind=kind,
                    file=file,
                    path=path,
                    text=text,
                    names=names,
                    alias=alias,
                    action=action,
                    sandbox=self._sandbox,
                )
        for path, text in texts_in(dict(alias.immutable_parameters), ("immutable_parameters",)):
            yield PackTemplate(
                kind=Kind.FIXED,
                file=file,
                path=path,
                text=text,
                names=_CONTEXTS | _ALIAS_CONTEXT,
                alias=alias,
                action=action,
                sandbox=self._sandbox,
            )

    def of_action(self, action: Action) -> Iterator[PackTemplate]:
        if not is_template([*(p.default for p in action.parameters.values()), dict(action.notify)]):
            return
        names = self._content.parameters_of(action)
        known = _CONTEXTS | names.keys() if names is not None else None
        for name, parameter in action.parameters.items():
            for path, text in texts_in(parameter.default, ("parameters", name, "default")):
                yield PackTemplate(
                    kind=Kind.DEFAULT,
                    file=action.place.file,
                    path=path,
                    text=text,
                    names=known,
                    action=action,
                    sandbox=self._sandbox,
                )
        for path, text in texts_in(dict(action.notify), ("notify",)):
            yield PackTemplate(
                kind=Kind.NOTICE,
                file=action.place.file,
                path=path,
                text=text,
                names=_NOTICE,
                action=action,
                sandbox=self._sandbox,
            )

    def of_rule(self, rule: "Rule") -> Iterator[PackTemplate]:
        patterns = (
            found
            for criterion in rule.criteria
            for found in texts_in(criterion.pattern, ("criteria", criterion.key, "pattern"))
        )
        given = texts_in(dict(rule.parameters), ("action", "parameters"))
        for path, text in (*patterns, *given):
            yield PackTemplate(
                kind=Kind.RULE,
                file=rule.place.file,
                path=path,
                text=text,
                # Of a rule that never fires here only what no engine knows is of interest.
                names=_RULE if rule.fires else None,
                action=self._content.world.action(rule.action_ref),
                sandbox=self._sandbox,
            )

    def of_schema(self, file: str, schema: Mapping[str, Parameter]) -> Iterator[PackTemplate]:
        for name, parameter in schema.items():
            inside = _defaults_in(dict(parameter.schema), (name,), 0)
            for path, text in (*texts_in(parameter.default, (name, "default")), *inside):
                yield PackTemplate(
                    kind=Kind.CONFIGURATION,
                    file=file,
                    path=path,
                    text=text,
                    names=_STORED,
                    sandbox=self._sandbox,
                )
