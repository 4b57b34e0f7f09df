"""JSON Schemas for editors, held against the readers that take the same files."""

import ast
import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from chatops_cli.bridge.registry import MODULES
from chatops_cli.catalog.action_file import read_action
from chatops_cli.catalog.alias_file import read_alias
from chatops_cli.catalog.links import check_links
from chatops_cli.catalog.pack_file import read_pack
from chatops_cli.catalog.parameter_schema import read_parameters
from chatops_cli.catalog.policy_file import read_policy_file
from chatops_cli.catalog.reference import ReferenceKind
from chatops_cli.catalog.rule_file import read_rule
from chatops_cli.model.json import Json
from chatops_cli.model.pack import Pack
from chatops_cli.model.problem import Place, Problem, Severity
from chatops_cli.reading.reader import Reader
from chatops_cli.reading.source import parse
from chatops_cli.reading.value import Value
from chatops_cli.settings.file import read_all
from chatops_cli.validation.schemas.networks import OPTIONS
from chatops_cli.validation.schemas.registry import KINDS, schema_of
from chatops_cli.workflows.definition.chain import read_chain
from chatops_cli.workflows.definition.orquesta import read_workflow
from tests.support.shared import CORPUS, needs_corpus

PACKAGE = Path(__file__).parents[2] / "chatops_cli"
PLACE = Place(file="a.yaml")
PACK = Pack(ref="web", name="web", path="/packs/web", place=PLACE)
Read = Callable[[Reader], object]


def read_runner(reader: Reader) -> None:
    """The runner's name is looked up, too: editors know those that are installed."""
    _, links = read_action(reader, PACK)
    runners = (link for link in links if link.kind is ReferenceKind.RUNNER)
    reader.problems.extend(check_links(runners, packs=(), actions=()))


READERS: Mapping[str, Read] = {
    "pack": lambda reader: read_pack(reader, path="/packs/web", folder="web", place=PLACE),
    "action": read_runner,
    "alias": lambda reader: read_alias(reader, PACK),
    "rule": lambda reader: read_rule(reader, PACK),
    "policy": lambda reader: read_policy_file(reader, PACK),
    "config": read_parameters,
    "settings": lambda reader: read_all(reader, Path("chatops.yaml"), Path("packs")),
}


def problems_of(kind: str, data: bytes) -> tuple[list[Problem], Json]:
    """The errors that a file's reader reports, and the file as JSON."""
    source = parse(data, file="a.yaml")
    value = Value(source.root, "a.yaml", []).json() if source.root is not None else None
    if kind == "workflow":
        found = list(read_workflow(data, file="a.yaml", name="a").problems)
    elif kind == "chain":
        found = list(read_chain(data, file="a.yaml", name="a").problems)
    else:
        found = []
        reader = Reader.of_source(source, found)
        if reader is not None:
            READERS[kind](reader)
    return [each for each in found if each.severity is Severity.ERROR], value


@cache
def validator(kind: str) -> Draft7Validator:
    schema = schema_of(kind)
    Draft7Validator.check_schema(schema)
    return Draft7Validator(schema)


def mistakes_of(kind: str, value: Json) -> list[str]:
    return [
        f"{error.json_path}: {error.message[:200]}" for error in validator(kind).iter_errors(value)
    ]


# Files that people wrote


def kind_of(file: Path) -> str | None:
    """What the file is for, None for what has no schema or isn't known by its name."""
    if file.name == "pack.yaml":
        return "pack"
    if file.name == "config.schema.yaml":
        return "config"
    kinds = {"actions": "action", "aliases": "alias", "rules": "rule", "policies": "policy"}
    return kinds.get(file.parent.name) or _kind_of_flow(file)


def _kind_of_flow(file: Path) -> str | None:
    if "actions" not in file.parts[:-2]:
        return None
    data = file.read_bytes()
    if b"\ntasks:" in data and b"\nversion: 1.0" in b"\n" + data:
        return "workflow"
    return "chain" if b"chain:\n" in data and b"tasks:" not in data else None


def files() -> Iterator[tuple[str, Path]]:
    for file in sorted(CORPUS.glob("*/**/*.yaml")):
        kind = kind_of(file)
        if kind is not None:
            yield kind, file


@needs_corpus
def test_what_a_reader_takes_is_valid() -> None:
    """Of all files in public packs of which the reader says no error."""
    wrong = []
    taken: set[str] = set()
    for kind, file in files():
        errors, value = problems_of(kind, file.read_bytes())
        if errors or value is None:
            continue
        taken.add(kind)
        wrong += [f"{file.relative_to(CORPUS)}: {said}" for said in mistakes_of(kind, value)]
    assert wrong == []
    assert taken == set(KINDS) - {"settings"}


# Files that nobody would write

GOOD: Mapping[str, str] = {
    "pack": """
        name: web
        ref: web
        description: d
        version: 1.0.0
        author: a
        email: a@example.org
        keywords: [a, b]
        python_versions: ["3"]
        dependencies: [core]
        contributors: [a]
    """,
    "action": """
        name: go
        pack: web
        runner_type: python-script
        entry_point: go.py
        enabled: true
        description: d
        parameters:
          host:
            type: string
            required: true
            secret: false
            immutable: false
            position: 0
            enum: [a, b]
            pattern: a
            minLength: 1
            minimum: 1.5
            items: {type: string}
            properties: {a: {type: string}}
          count: {type: [integer, "null"], default: 1, uniqueItems: true}
        notify:
          on-complete: {routes: [ops], message: m, data: {a: 1}}
          on-failure: {channels: ops}
        output_schema: {a: {type: string}}
        tags: [{name: a, value: b}]
    """,
    "alias": """
        name: go
        action_ref: core.noop
        enabled: true
        description: d
        formats:
          - go
          - display: go {{x}}
            representation: [go, "go {{x}}"]
            match_multiple: true
          - {representation: gone}
        ack: {enabled: true, format: f, append_url: false, extra: {slack: {a: 1}}}
        result: {enabled: false, format: f, extra: {a: 1}}
        immutable_parameters: {a: 1}
        extra: {a: 1}
    """,
    "rule": """
        name: go
        description: d
        enabled: true
        trigger: {type: core.st2.webhook, parameters: {url: a}}
        criteria:
          trigger.a: {type: eq, pattern: 1}
          trigger.b: {type: exists}
          trigger.c:
            type: search
            condition: any
            pattern: {item.a: {type: lt, pattern: 1}}
        action: {ref: core.noop, parameters: {a: 1}, description: d}
        type: {ref: backstop, parameters: {}}
    """,
    "policy": """
        name: go
        description: d
        enabled: true
        resource_ref: core.noop
        policy_type: action.concurrency.attr
        parameters: {threshold: 1, action: cancel, attributes: [a]}
    """,
    "config": """
        token: {type: string, secret: true, required: true}
        port: {type: integer, default: 1, minimum: 1, position: 2}
    """,
    "settings": """
        packs: [packs]
        bundled: true
        home: h
        configs: c
        compat: strict
        web_url: https://example.org
        access:
          local: allow
          denials: silent
          groups: {all: ["local:a"]}
          roles: {ops: ["local:a", "%all"]}
          rules:
            - {name: a, effect: allow, who: ["@ops"], actions: "*", aliases: ["*"], rooms: ["*"],
               networks: [slack], packs: [core], operations: [run], parameters: {a: [1, b], c: d},
               require: {approval: {by: ["@ops"], count: 2, own: true, within: 1h}, confirm: a}}
            - {effect: allow, require: {confirm: {word: w, within: 30}}}
        bridge:
          networks: {a: {type: slack, rooms: {b: C1}, token: t}}
          drain: 1.5
          at_once: 2
          watch: true
        open_parameters: {core.local: [cwd]}
        environment: [LANG]
        config_environment: [TOKEN]
        packs_index: [index.json]
        policies:
          - {name: a, action: core.*, type: action.retry,
             parameters: {retry_on: failure, max_retry_count: 2, delay: 1.5}}
          - {action: core.*, type: action.concurrency, parameters: {threshold: 2, action: delay}}
        routes:
          a: {room: general}
          b: {webhook: "https://example.org", headers: {a: b}}
          c: {email: {to: [a@example.org], from: b@example.org, host: localhost, port: 25,
                      security: none, user: u, password: "{{ env.P }}"}}
        bot: {name: bot, prefix: "!"}
        limits: {output: 1024, audit_file: 4096}
        datastore: {key_file: key}
        virtualenvs: {base: [six], installer: uv}
        python: {warm: true, cold: [a]}
        validate: {select: [ALI], ignore: {"packs/a/*": [ALI110]}, severity: {SEC: error}}
    """,
    "workflow": """
        version: 1.0
        description: d
        input: [a, {b: 1}]
        vars: [{c: 1}]
        output: [{d: <% ctx(a) %>}]
        tasks:
          one:
            action: core.noop
            with: {items: x in <% ctx(a) %>, concurrency: 2}
            delay: 1
            retry: {count: 2, when: <% failed() %>, delay: <% 1 %>}
            next:
              - {when: <% succeeded() %>, publish: [{e: 1}], do: [two]}
              - {do: "two, fail"}
          two:
            join: all
            action: core.echo
            with: <% ctx(a) %>
            input: {message: a}
    """,
    "chain": """
        vars: {a: 1}
        default: one
        chain:
          - {name: one, ref: core.noop, parameters: {a: 1}, publish: {b: 1}, on-success: two}
          - {name: two, ref: core.noop, params: {a: 1}, on-failure: one,
             notify: {on-complete: {routes: [a], message: m, data: {}}}}
    """,
}
ODD: list[Json] = ["", "x y", "a", "<% 1 %>", "true", 0, 7, -3, 2.5, True, [], {}, [7], ["a"]]
ODD += [{"a": 1}, None, [{"a": 1}], "a.b", "@a", "failure"]
BEYOND = {
    # What stands in texts, what is named twice, and what other parts of the file decide.
    "inline-parameter",
    "variable-name",
    "unknown-task",
    "repeated-name",
    "plain-secret",
    "unknown-role",
    "not-a-principal",
    "unknown-group",
    "shadowed-rule",
    "display-name",
    "require",
}
Path_ = tuple[str | int, ...]


def good(kind: str) -> Json:
    data = GOOD[kind].encode()
    errors, value = problems_of(kind, data)
    assert errors == []
    return value


def paths(value: Json, path: Path_ = ()) -> Iterator[Path_]:
    """Where anything stands in a value, and the value itself."""
    yield path
    if isinstance(value, dict):
        for key, item in value.items():
            yield from paths(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from paths(item, (*path, index))


def changed(value: Json, path: Path_, new: Json, how: str) -> Json:
    """A copy in which what stands at the path is another value, is gone, or has a neighbour."""
    copy: Json = json.loads(json.dumps(value))
    if not path:
        return new
    around = copy
    for step in path[:-1]:
        around = around[step]  # type: ignore[index]  # it is of `paths`
    assert isinstance(around, dict | list)
    if how == "put":
        around[path[-1]] = new  # type: ignore[index]  # as above
    elif how == "drop":
        del around[path[-1]]  # type: ignore[arg-type]  # as above
    elif isinstance(around, dict):
        around["unheard_of"] = new
    else:
        around.append(new)
    return copy


@st.composite
def documents(draw: st.DrawFn, kind: str) -> Json:
    """A good file in which one to three things are changed."""
    value = good(kind)
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(list(paths(value))))
        how = draw(st.sampled_from(["put", "put", "drop", "add"]))
        new = draw(st.sampled_from(ODD))
        # An item that is null is read as the text, with a warning; editors may say more.
        is_item = bool(path) and isinstance(path[-1], int)
        value = changed(value, path, "a" if new is None and is_item else new, how)
    return value


@pytest.mark.parametrize("kind", KINDS)
def test_a_good_file_with_everything_in_it_is_valid(kind: str) -> None:
    """As it is for the reader."""
    assert mistakes_of(kind, good(kind)) == []


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(data=st.data())
def test_what_a_reader_refuses_is_invalid_and_nothing_else(kind: str, data: st.DataObject) -> None:
    """Whatever is changed in a good file."""
    value = data.draw(documents(kind))
    text = json.dumps(value)
    errors, read = problems_of(kind, text.encode())
    if read is None or any(each.rule in BEYOND for each in errors):
        return
    assert bool(errors) == bool(mistakes_of(kind, read)), [str(each) for each in errors]


# The same keys


SOURCES: Mapping[str, tuple[str, ...]] = {
    "pack": ("catalog/pack_file.py",),
    "action": ("catalog/action_file.py", "catalog/parameter_schema.py"),
    "alias": ("catalog/alias_file.py",),
    "rule": ("catalog/rule_file.py", "catalog/criteria.py"),
    "policy": ("catalog/policy_file.py", "reading/policy.py"),
    "config": ("catalog/parameter_schema.py",),
    "settings": (
        "settings/file.py",
        "settings/access.py",
        "settings/bridge.py",
        "settings/routes.py",
        "settings/checks.py",
        "reading/policy.py",
    ),
    "workflow": tuple(
        f"workflows/definition/{name}.py" for name in ("orquesta", "task", "transition", "items")
    ),
    "chain": ("workflows/definition/chain.py",),
}
GETTERS = {"value", "section", "sections", "text", "strings", "flag", "choice", "integer"}
GETTERS |= {"number", "items", "json", "mapping"}


def asked_for(kind: str) -> set[str]:
    """The keys that the reader of a kind asks for by name."""
    return {key for file in SOURCES[kind] for key in keys_of(PACKAGE / file)}


def keys_of(file: Path) -> set[str]:
    """The keys that a module asks a reader for by name."""
    calls = [
        node
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and node.args
    ]
    texts = {
        call.args[0].value
        for call in calls
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in GETTERS
        and isinstance(call.args[0], ast.Constant)
        and isinstance(call.args[0].value, str)
    }
    # What stands in several adapters' options is read by functions of their own.
    return texts | {
        call.args[1].value
        for call in calls
        if isinstance(call.func, ast.Name)
        and call.func.id in {"read_secret", "read_url"}
        and isinstance(call.args[1], ast.Constant)
        and isinstance(call.args[1].value, str)
    }


def test_every_option_of_an_adapter_is_offered() -> None:
    """By the type of its connection; and none that it doesn't read."""
    for name, options in OPTIONS.items():
        place = PACKAGE.parent.joinpath(*MODULES[name].split("."))
        file = place / "options.py" if place.is_dir() else place.with_suffix(".py")
        assert keys_of(file) - {"rooms"} == set(options), name


def offered(schema: Json) -> Iterator[str]:
    """The keys that a schema names."""
    if isinstance(schema, dict):
        properties = schema.get("properties")
        if isinstance(properties, dict):
            yield from properties
    if isinstance(schema, dict | list):
        for inner in schema.values() if isinstance(schema, dict) else schema:
            yield from offered(inner)


@pytest.mark.parametrize("kind", KINDS)
def test_every_key_that_a_reader_asks_for_is_offered(kind: str) -> None:
    """A key that a reader learns has to be in its schema, too."""
    assert asked_for(kind) <= set(offered(schema_of(kind)))
