"""Packs on disk to the model: what is right is loaded, what is wrong is told with its place."""

import os
from pathlib import Path

import pytest

from chatops_cli.catalog.catalog import Catalog, open_catalog
from chatops_cli.model.action import Action, ActionRef, Parameter
from chatops_cli.model.alias import Ack, Alias, Format, Representation, Result
from chatops_cli.model.pack import Pack
from chatops_cli.model.problem import Place
from tests.support.packs import action_text, alias_text, write_pack


def load(*roots: str) -> Catalog:
    """The catalog of some folders beside the working one, named as a person would."""
    return open_catalog([Path(root) for root in roots or ("packs",)], cache=None)


def told(catalog: Catalog) -> list[str]:
    return [str(problem) for problem in catalog.problems]


def test_a_pack_is_loaded_whole() -> None:
    """Every key of a pack, an action, an alias and a configuration arrives in the model."""
    write_pack(
        Path("packs"),
        "web",
        {
            "pack.yaml": """\
                ref: web
                name: Web servers
                description: All about them
                version: 1.2.3
                author: Ann
                email: ann@example.org
                keywords: [web, nginx]
                python_versions: ['3']
                dependencies: [core]
                contributors: [Bob]
                """,
            "actions/restart.yaml": """\
                ---
                name: restart.now
                pack: web
                runner_type: python-script
                entry_point: lib/restart.py
                enabled: false
                description: Restart it
                parameters:
                  host:
                    type: string
                    description: Which
                    required: true
                    position: 0
                  count:
                    type: integer
                    default: ~
                    minimum: 1
                    secret: true
                    immutable: true
                  any: {}
                notify:
                  on-complete: {routes: [chat]}
                output_schema: {type: object}
                tags: [{name: a}]
                """,
            "actions/lib/restart.py": "",
            "aliases/restart.yml": """\
                name: restart
                action_ref: web.restart.now
                description: Restart a host
                enabled: false
                formats:
                  - restart {{host}}
                  - display: bounce HOST
                    representation:
                      - bounce {{host}}
                      - 'kick {{host}}'
                  - {display: shown only}
                  - {representation: boot {{host}}, match_multiple: true}
                ack: {enabled: false, format: on it, append_url: false, extra: {a: red}}
                result:
                  format: |
                    {{ execution.status }}
                  extra: {slack: {color: blue}}
                immutable_parameters: {count: 3}
                extra: {a: 1}
                """.replace("{representation: boot {{host}}", "{representation: 'boot {{host}}'"),
            "config.schema.yaml": "token: {type: string, secret: true, required: true}\n",
        },
    )
    catalog = load()
    assert told(catalog) == []
    path = str(Path("packs/web").absolute())
    assert dict(catalog.packs) == {
        "web": Pack(
            ref="web",
            name="Web servers",
            path=path,
            place=Place(file="packs/web/pack.yaml", line=1, column=1),
            description="All about them",
            version="1.2.3",
            author="Ann",
            email="ann@example.org",
            keywords=("web", "nginx"),
            python_versions=("3",),
            dependencies=("core",),
        )
    }
    assert catalog.action("web.restart.now") == Action(
        ref=ActionRef("web.restart.now"),
        pack="web",
        name="restart.now",
        runner_type="python-script",
        pack_path=path,
        place=Place(file="packs/web/actions/restart.yaml", line=2, column=1),
        entry_point="lib/restart.py",
        enabled=False,
        description="Restart it",
        parameters={
            "host": Parameter(
                name="host",
                schema={"type": "string"},
                description="Which",
                required=True,
                position=0,
            ),
            "count": Parameter(
                name="count",
                schema={"type": "integer", "minimum": 1},
                has_default=True,
                secret=True,
                immutable=True,
            ),
            "any": Parameter(name="any"),
        },
        notify={"on-complete": {"routes": ["chat"], "message": None, "data": {}}},
        output_schema={"type": "object"},
        tags=({"name": "a"},),
    )
    file = "packs/web/aliases/restart.yml"
    assert catalog.aliases == (
        Alias(
            ref="web.restart",
            pack="web",
            name="restart",
            action_ref=ActionRef("web.restart.now"),
            formats=(
                Format(
                    display="restart {{host}}",
                    representations=(
                        Representation(
                            text="restart {{host}}", place=Place(file=file, line=6, column=5)
                        ),
                    ),
                ),
                Format(
                    display="bounce HOST",
                    representations=(
                        Representation(
                            text="bounce {{host}}", place=Place(file=file, line=9, column=9)
                        ),
                        Representation(
                            text="kick {{host}}", place=Place(file=file, line=10, column=9)
                        ),
                    ),
                ),
                Format(display="shown only", representations=()),
                Format(
                    display="boot {{host}}",
                    representations=(
                        Representation(
                            text="boot {{host}}", place=Place(file=file, line=12, column=22)
                        ),
                    ),
                    match_multiple=True,
                ),
            ),
            place=Place(file=file, line=1, column=1),
            description="Restart a host",
            enabled=False,
            ack=Ack(
                enabled=False,
                format="on it",
                append_url=False,
                extra={"a": "red"},
                place=Place(file=file, line=13, column=31),
            ),
            result=Result(
                format="{{ execution.status }}\n",
                extra={"slack": {"color": "blue"}},
                place=Place(file=file, line=16, column=1),
            ),
            immutable_parameters={"count": 3},
            extra={"a": 1},
        ),
    )
    assert catalog.config_schema("web") == {
        "token": Parameter(name="token", schema={"type": "string"}, secret=True, required=True)
    }
    assert catalog.config_schema("none") == {}
    assert catalog.action_refs() == ("web.restart.now",)
    assert list(catalog.actions()) == [catalog.action("web.restart.now")]
    assert [catalog.action(ref) for ref in ("web", "web.", "web.x", "x.y", "")] == [None] * 5


ACTION = "packs/p/actions/a.yaml"
GOOD = "name: a\nrunner_type: noop\n"
ACTION_PROBLEMS = [
    pytest.param("", f"{ACTION}: error[empty-file] there is nothing in this file", id="empty"),
    pytest.param("- a", f"{ACTION}:1:1: error[wrong-type]", id="list"),
    pytest.param("name: a\n", f"{ACTION}:1:1: error[missing-key] runner_type", id="no runner"),
    pytest.param("runner_type: noop", f"{ACTION}:1:1: error[missing-key] name", id="no name"),
    pytest.param(
        GOOD + "enabeld: false\n",
        f"{ACTION}:3:1: error[unknown-key] the key 'enabeld' is not known (did you mean enabled?)",
        id="unknown key",
    ),
    pytest.param(
        GOOD + "pack: q\n", f"{ACTION}:3:1: warning[pack-mismatch] this file is in", id="pack"
    ),
    pytest.param(
        "name: a\nrunner_type: run-local\n",
        f"{ACTION}:2:1: warning[legacy-runner] run-local is the old name",
        id="legacy runner",
    ),
    pytest.param(
        "name: a\nrunner_type: mistral-v2\n",
        f"{ACTION}:2:1: error[retired-runner] the runner mistral-v2 is gone; this action can't run"
        " (rewrite the workflow for orquesta)",
        id="retired runner",
    ),
    pytest.param(
        "name: a\nrunner_type: python-scrpt\n",
        f"{ACTION}:2:1: error[unknown-runner] there is no runner python-scrpt"
        " (did you mean python-script?)",
        id="unknown runner",
    ),
    pytest.param(
        "name: a\nrunner_type: python-script\n",
        f"{ACTION}:1:1: error[missing-key] entry_point is missing, and the runner",
        id="no entry point",
    ),
    pytest.param(
        "name: a\nrunner_type: orquesta\nentry_point: w/a.yaml\n",
        f"{ACTION}:3:1: error[entry-point] the entry_point w/a.yaml does not exist in actions/w",
        id="missing entry point",
    ),
    pytest.param(
        "name: a\nrunner_type: python-script\nentry_point: RUN.sh\n",
        f"{ACTION}:3:1: error[entry-point] the entry_point RUN.sh does not exist in actions"
        " (did you mean run.py?)",
        id="entry point of another case",
    ),
    pytest.param(
        "name: a\nrunner_type: python-script\nentry_point: runn.py\n",
        f"{ACTION}:3:1: error[entry-point] the entry_point runn.py does not exist in actions"
        " (did you mean run.py?)",
        id="entry point misspelt",
    ),
    pytest.param(
        "name: a\nrunner_type: python-script\nentry_point: ../../q/x.py\n",
        f"{ACTION}:3:1: error[entry-point] the entry_point ../../q/x.py leads out of its pack",
        id="entry point outside",
    ),
    pytest.param(
        "name: a\nrunner_type: python-script\nentry_point: /bin/sh\n",
        f"{ACTION}:3:1: error[entry-point] the entry_point /bin/sh leads out of its pack",
        id="absolute entry point",
    ),
    pytest.param(
        "name: a\nrunner_type: python-script\nentry_point: ..\n",
        f"{ACTION}:3:1: error[entry-point] the entry_point .. is not a file",
        id="entry point is a folder",
    ),
    pytest.param(GOOD + "enabled: maybe", f"{ACTION}:3:10: error[wrong-type] enabled", id="flag"),
    pytest.param(
        GOOD + "notify: {on-success: {message: m}}",
        f"{ACTION}:3:22: warning[no-route] notify.on-success.routes is missing, so nobody is told"
        " (name a route)",
        id="notify without routes",
    ),
    pytest.param(GOOD + "notify: {on-x: {}}", f"{ACTION}:3:10: error[unknown-key]", id="notify"),
    pytest.param(GOOD + "tags: 3", f"{ACTION}:3:7: error[wrong-type] tags must be", id="tags"),
    pytest.param(
        GOOD + "parameters: [a]", f"{ACTION}:3:13: error[wrong-type] parameters", id="parameters"
    ),
    pytest.param(
        GOOD + "parameters: {a-b: {}}", f"{ACTION}:3:14: error[parameter-name]", id="name"
    ),
    pytest.param(
        GOOD + "parameters: {a: text}",
        f"{ACTION}:3:17: error[wrong-type] parameters.a must be a mapping, not 'text'",
        id="parameter",
    ),
    pytest.param(
        GOOD + "parameters: {a: {type: str}}",
        f"{ACTION}:3:24: error[unknown-value] parameters.a.type is 'str', which is none of",
        id="type",
    ),
    pytest.param(
        GOOD + "parameters: {a: {type: [string, bool]}}",
        f"{ACTION}:3:33: error[unknown-value] parameters.a.type[1] is 'bool'",
        id="types",
    ),
    pytest.param(
        GOOD + "parameters: {a: {requird: true}}",
        f"{ACTION}:3:18: error[unknown-key] the key 'parameters.a.requird' is not known"
        " (did you mean required?)",
        id="unknown key of a parameter",
    ),
    pytest.param(
        GOOD + "parameters: {a: {required: [x]}}",
        f"{ACTION}:3:28: error[wrong-type] parameters.a.required must be true or false, not a list",
        id="required as a list",
    ),
    pytest.param(
        GOOD + "parameters: {a: {type: array, item: {type: string}}}",
        f"{ACTION}:3:31: error[unknown-key] the key 'parameters.a.item' is not known"
        " (did you mean items?)",
        id="misspelt items",
    ),
    pytest.param(
        GOOD + "parameters: {a: {items: {properties: {b: {type: String}}}}}",
        f"{ACTION}:3:49: error[unknown-value] parameters.a.items.properties.b.type is 'String'",
        id="a type deep inside",
    ),
    pytest.param(
        GOOD + "parameters: {a: {anyOf: [{type: string}, {required: [x]}]}}",
        f"{ACTION}:3:53: error[wrong-type] parameters.a.anyOf[1].required must be true or false",
        id="required as a list inside",
    ),
    pytest.param(
        GOOD + "parameters: {a: {properties: {b: }}}",
        f"{ACTION}:3:34: error[wrong-type] parameters.a.properties.b must be a mapping",
        id="a property of nothing",
    ),
    pytest.param(
        GOOD + "parameters: {a: {dependencies: {b: [c], d: {unheard: 1}}}}",
        f"{ACTION}:3:45: error[unknown-key] the key 'parameters.a.dependencies.d.unheard'",
        id="what depends",
    ),
    pytest.param(
        GOOD + "parameters: {a: {enum: x}}", f"{ACTION}:3:24: error[wrong-type]", id="enum"
    ),
    pytest.param(
        GOOD + "parameters: {a: {items: x}}", f"{ACTION}:3:25: error[wrong-type]", id="items"
    ),
    pytest.param(
        GOOD + "parameters: {a: {properties: x}}", f"{ACTION}:3:30: error[wrong-type]", id="prop"
    ),
    pytest.param(
        GOOD + "parameters: {a: {minLength: -1}}", f"{ACTION}:3:29: error[out-of-range]", id="min"
    ),
    pytest.param(
        GOOD + "parameters: {a: {maximum: x}}", f"{ACTION}:3:27: error[wrong-type]", id="max"
    ),
    pytest.param(
        GOOD + "parameters: {a: {pattern: [x]}}", f"{ACTION}:3:27: error[wrong-type]", id="pattern"
    ),
    pytest.param(
        GOOD + "parameters: {a: {position: -1}}", f"{ACTION}:3:28: error[out-of-range]", id="pos"
    ),
    pytest.param(b"name: \xff\n", f"{ACTION}:1:7: error[not-utf8]", id="not UTF-8"),
    pytest.param("name: a\n\trunner_type: noop", f"{ACTION}:2:1: error[tab-indent]", id="tab"),
    pytest.param("a: &a [*a]", f"{ACTION}:1:4: error[yaml-bomb]", id="bomb"),
    pytest.param(GOOD + "name: b\n", f"{ACTION}:3:1: error[repeated-key]", id="repeated key"),
]


@pytest.mark.parametrize(("text", "start"), ACTION_PROBLEMS)
def test_a_mistake_in_an_action_is_one_problem_and_the_rest_loads(
    text: str | bytes, start: str
) -> None:
    write_pack(
        Path("packs"),
        "p",
        {"actions/a.yaml": text, "actions/z.yaml": action_text("z"), "actions/run.py": ""},
    )
    catalog = load()
    assert [line[: len(start)] for line in told(catalog)] == [start]
    assert catalog.action("p.z") is not None


def test_what_can_be_read_of_a_broken_action_counts() -> None:
    """Doubt is decided on the safe side: disabled, secret, immutable."""
    parameters = (
        "enabled: maybe\nparameters:\n"
        "  a: {type: strin, secret: maybe, immutable: 1, enum: 3, maxLength: 4}\n"
        "  b: text\n"
        "  c: {type: object, required: [x], exclusiveMinimum: 'true'}\n"
    )
    write_pack(Path("packs"), "p", {"actions/a.yaml": action_text("a", "run-local", parameters)})
    action = load().action("p.a")
    assert action is not None
    assert (action.runner_type, action.enabled) == ("local-shell-cmd", False)
    assert action.parameters == {
        "a": Parameter(name="a", schema={"maxLength": 4}, secret=True, immutable=True),
        "b": Parameter(name="b"),
        "c": Parameter(
            name="c", schema={"required": ["x"], "type": "object", "exclusiveMinimum": "true"}
        ),
    }


ALIAS = "packs/p/aliases/a.yaml"
HEAD = "name: a\naction_ref: p.z\n"
ALIAS_PROBLEMS = [
    pytest.param("name: a\nformats: [x]", f"{ALIAS}:1:1: error[missing-key] action_ref", id="ref"),
    pytest.param(HEAD, f"{ALIAS}:1:1: error[missing-key] formats is missing", id="no formats"),
    pytest.param(HEAD + "formats: []", f"{ALIAS}:3:10: error[missing-key] formats", id="none"),
    pytest.param(HEAD + "formats: x", f"{ALIAS}:3:10: error[wrong-type] formats", id="one"),
    pytest.param(
        HEAD + "formats: [x, [y]]",
        f"{ALIAS}:3:14: error[wrong-type] formats[1] must be text, not a list",
        id="list",
    ),
    pytest.param(HEAD + "formats: [x, '']", f"{ALIAS}:3:14: error[empty-format]", id="empty"),
    pytest.param(HEAD + "formats: [x, {}]", f"{ALIAS}:3:14: error[missing-key]", id="nothing"),
    pytest.param(
        HEAD + "formats: [x, {display: [y]}]", f"{ALIAS}:3:24: error[wrong-type]", id="display"
    ),
    pytest.param(
        HEAD + "formats: [x, {representaton: y, display: z}]",
        f"{ALIAS}:3:15: error[unknown-key] the key 'formats[1].representaton' is not known"
        " (did you mean representation?)",
        id="misspelt",
    ),
    pytest.param(
        HEAD + "formats: [x, {representation: [[]]}]", f"{ALIAS}:3:32: error[wrong", id="rep"
    ),
    pytest.param(
        HEAD + "formats: [x]\nack: {form: y}",
        f"{ALIAS}:4:7: warning[unknown-key] the key 'ack.form' is not known (did you mean format?)",
        id="ack",
    ),
    pytest.param(
        HEAD + "formats: [x]\nresult: {format: [y]}",
        f"{ALIAS}:4:18: error[wrong-type] result.format must be text, not a list",
        id="result",
    ),
    pytest.param(
        HEAD + "formats: [x]\nack: false", f"{ALIAS}:4:6: error[wrong-type] ack must", id="flag"
    ),
    pytest.param(
        "name: a\naction_ref: p.zz\nformats: [x]",
        f"{ALIAS}:2:1: error[missing-action] there is no action p.zz (did you mean p.z?)",
        id="dangling",
    ),
    pytest.param(
        "name: a\naction_ref: p.quite-another\nformats: [x]",
        f"{ALIAS}:2:1: error[missing-action] there is no action p.quite-another"
        " (see the actions of the pack p)",
        id="dangling, nothing near",
    ),
    pytest.param(
        "name: a\naction_ref: p.x.list\nformats: [x]",
        f"{ALIAS}:2:1: error[missing-action] there is no action p.x.list (see the actions",
        id="dangling, only the pack is alike",
    ),
    pytest.param(
        "name: a\naction_ref: q.y\nformats: [x]",
        f"{ALIAS}:2:1: error[missing-pack] there is no action q.y: no pack q is here"
        " (install the pack q)",
        id="other pack",
    ),
    pytest.param(
        "name: a\naction_ref: y\nformats: [x]",
        f"{ALIAS}:2:1: error[missing-action] 'y' is no reference to an action (write pack.name)",
        id="no reference",
    ),
]


@pytest.mark.parametrize(("text", "start"), ALIAS_PROBLEMS)
def test_a_mistake_in_an_alias_is_one_problem_and_the_rest_loads(text: str, start: str) -> None:
    files = {
        "aliases/a.yaml": text,
        "aliases/b.yaml": alias_text("b", "p.z"),
        "actions/z.yaml": action_text("z"),
    }
    write_pack(Path("packs"), "p", files)
    catalog = load()
    assert [line[: len(start)] for line in told(catalog)] == [start]
    assert "p.b" in [alias.ref for alias in catalog.aliases]
    for alias in catalog.aliases:
        assert alias.name == "b" or "formats: [x" not in text or alias.formats[0].display == "x"


PACK = "packs/p/pack.yaml"
PACK_PROBLEMS = [
    pytest.param("", "p", f"{PACK}: error[empty-file]", id="empty"),
    pytest.param("ref: [", "p", f"{PACK}:2:1: error[yaml-syntax]", id="broken"),
    pytest.param("[]", "p", f"{PACK}:1:1: error[wrong-type]", id="list"),
    pytest.param(
        "name: p\nversion: 1.0.0\ndescription: d",
        "p",
        f"{PACK}:1:1: warning[missing-key] author is missing (StackStorm refuses the pack)",
        id="no author",
    ),
    pytest.param(
        "name: my-pack\nversion: 1.0.0\ndescription: d\nauthor: a", "p", "", id="dash, folder"
    ),
    pytest.param(
        "name: p\nref: Zé\nversion: 1.0.0\ndescription: d\nauthor: a",
        "Zé",
        f"{PACK}:2:1: warning[pack-ref] 'Zé' is no ref of a pack",
        id="capital",
    ),
    pytest.param(
        "name: p\nref: a.b\nversion: 1.0.0\ndescription: d\nauthor: a",
        None,
        f"{PACK}:2:1: error[pack-ref] 'a.b' is no ref of a pack; the pack is not read",
        id="dot",
    ),
    pytest.param(
        "name: p\nversion: 1.0\ndescription: d\nauthor: a",
        "p",
        f"{PACK}:2:1: warning[pack-version] version is '1.0', which has not the form 1.2.3",
        id="version",
    ),
    pytest.param(
        "name: p\nversion: 1.0.0\ndescription: d\nauthor: a\nContributors: [b]",
        "p",
        f"{PACK}:5:1: warning[unknown-key] the key 'Contributors' is not known",
        id="unknown key",
    ),
]


@pytest.mark.parametrize(("text", "ref", "start"), PACK_PROBLEMS)
def test_a_mistake_in_pack_yaml_leaves_what_can_be_left(
    text: str, ref: str | None, start: str
) -> None:
    write_pack(Path("packs"), "p", {"pack.yaml": text, "actions/z.yaml": action_text("z")})
    catalog = load()
    lines = told(catalog)
    assert lines[0].startswith(start) if start else lines == []
    assert catalog.action_refs() == ((f"{ref}.z",) if ref else ())


def test_a_pack_whose_name_gives_no_ref_is_not_read() -> None:
    """Neither a broken pack.yaml nor its folder says what its actions are called."""
    write_pack(Path("packs"), "a.b", {"pack.yaml": "", "actions/z.yaml": action_text("z")})
    catalog = load()
    assert list(catalog.packs) == []
    assert told(catalog) == [
        "packs/a.b/pack.yaml: error[empty-file] there is nothing in this file (fill or remove it)",
        (
            "packs/a.b/pack.yaml: error[pack-ref] 'a.b' is no name that could stand for the pack;"
            " it is not read"
        ),
    ]


def test_a_repeated_name_belongs_to_the_first_file() -> None:
    files = {
        "actions/a.yaml": action_text("same", more="tags: [1]\n"),
        "actions/b.yaml": "# x\n" + action_text("same"),
        "aliases/a.yaml": alias_text("hi", "p.same", "one"),
        "aliases/b.yaml": alias_text("hi", "p.same", "two"),
    }
    write_pack(Path("packs"), "p", files)
    catalog = load()
    assert told(catalog) == [
        (
            "packs/p/actions/b.yaml:2:1: error[repeated-action] the action p.same is defined"
            " already, at packs/p/actions/a.yaml:1:1; this file is not used"
            " (give one of them another name)"
        ),
        (
            "packs/p/aliases/b.yaml:1:1: error[repeated-alias] the alias p.hi is defined already,"
            " at packs/p/aliases/a.yaml:1:1; this file is not used (give one of them another name)"
        ),
    ]
    action = catalog.action("p.same")
    assert action is not None
    assert action.tags == (1,)
    assert catalog.action_refs() == ("p.same",)
    assert [alias.formats[0].display for alias in catalog.aliases] == ["one"]


def test_the_first_root_wins_a_pack_as_a_whole() -> None:
    """A site's own pack takes the place of a bundled one; that is told once."""
    write_pack(Path("own"), "core", {"actions/a.yaml": action_text("a")})
    write_pack(Path("bundled"), "core", {"actions/b.yaml": action_text("b")})
    write_pack(Path("bundled"), "also", {"pack.yaml": "ref: core\nname: x\n"})
    catalog = load("own", "bundled", "own/../own")
    assert catalog.action_refs() == ("core.a",)
    assert told(catalog)[-1] == (
        "bundled/core/pack.yaml:1:1: warning[shadowed-pack] the pack core is read from own/core,"
        " so this one is not read"
    )
    both = load("bundled")
    assert both.action_refs() == ()
    assert [line for line in told(both) if "repeated-pack" in line] == [
        (
            "bundled/core/pack.yaml:1:1: error[repeated-pack] the pack core is read from"
            " bundled/also, so this one is not read (give one of them another ref)"
        )
    ]


def test_a_root_may_be_a_pack_itself() -> None:
    write_pack(Path(), "p", {"actions/a.yaml": action_text("a")})
    catalog = load("p")
    action = catalog.action("p.a")
    assert action is not None
    assert str(action.place) == "p/actions/a.yaml:1:1"
    assert (told(catalog), load("").action_refs()) == ([], ("p.a",))


def test_folders_that_are_no_packs_are_told_or_passed_over() -> None:
    for folder in ("root/like/actions", "root/other", "root/.git/actions", "root/__pycache__"):
        Path(folder).mkdir(parents=True)
    Path("root/file").touch()
    assert told(load("root", "none", "root/file")) == [
        "none: error[missing-root] the folder of packs none does not exist",
        "root/file: error[missing-root] the folder of packs root/file is no folder",
        (
            "root/like: error[missing-pack-yaml] has actions, but no pack.yaml; it is not read as a"
            " pack (add a pack.yaml with name, ref, version, description and author)"
        ),
    ]


def test_links_stay_in_their_root_and_pack() -> None:
    """What leads elsewhere is refused; what stays inside is as good as a copy."""
    script = action_text("s", "python-script", "entry_point: s.py\n")
    pack = write_pack(Path("packs"), "p", {"actions/a.yaml": action_text("a"), "lib/s.py": ""})
    other = write_pack(Path("elsewhere"), "q", {"actions/b.yaml": action_text("b"), "x.py": ""})
    (pack / "actions/inside.yaml").symlink_to("../other.yaml")
    (pack / "other.yaml").write_text(script)
    (pack / "actions/s.py").symlink_to("../lib/s.py")
    (pack / "actions/outside.yaml").symlink_to((other / "actions/b.yaml").absolute())
    (pack / "actions/loop.yaml").symlink_to("loop.yaml")
    (pack / "aliases").symlink_to(other.absolute())
    Path("packs/linked").symlink_to(other.absolute())
    Path("packs/loop").symlink_to("loop")
    catalog = load()
    assert catalog.action_refs() == ("p.a", "p.s")
    assert [line.partition("] ")[0] for line in told(catalog)] == [
        "packs/linked: error[outside-root",
        "packs/loop: error[unreadable",
        "packs/p/actions/loop.yaml: error[unreadable",
        "packs/p/actions/outside.yaml: error[outside-pack",
        "packs/p/aliases: error[outside-pack",
    ]
    (pack / "lib/s.py").unlink()
    assert "is a symbolic link that leads nowhere" in str(load().problems)
    (pack / "actions/s.py").unlink()
    (pack / "actions/s.py").symlink_to((other / "x.py").absolute())
    assert "the entry_point s.py leads out of its pack through a symbolic link" in str(
        load().problems
    )
    (pack / "pack.yaml").unlink()
    (pack / "pack.yaml").symlink_to((other / "pack.yaml").absolute())
    assert "packs/p/pack.yaml: error[outside-pack]" in "\n".join(told(load()))


def test_a_folder_that_links_to_itself_is_told() -> None:
    pack = write_pack(Path("packs"), "p", {"aliases/a.yaml": "["})
    (pack / "actions").symlink_to("actions")
    assert [line.partition("] ")[0] for line in told(load())] == [
        "packs/p/actions: error[unreadable",
        "packs/p/aliases/a.yaml:2:1: error[yaml-syntax",
    ]


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is unreadable to root")
def test_folders_without_permission_are_told() -> None:
    pack = write_pack(Path("packs"), "p", {"actions/a.yaml": action_text("a")})
    for folder, message in (("packs/p/actions", "packs/p/actions"), ("packs/p", "packs/p")):
        Path(folder).chmod(0)
        assert told(load()) == [f"{message}: error[unreadable] cannot be read: permission denied"]
        Path(folder).chmod(0o700)
    assert pack.is_dir()
    Path("packs").chmod(0o300)
    assert told(load()) == ["packs: error[unreadable] cannot be read: permission denied"]
    Path("packs").chmod(0o700)


def test_names_that_cannot_be_printed_are_refused() -> None:
    """A name stands in lists and messages: an escape in it would act on the terminal."""
    escape = '"a\\e[2J"'
    files = {
        "actions/a.yaml": f"name: {escape}\nrunner_type: noop\n",
        "actions/b.yaml": f"name: b\nrunner_type: {escape}\n",
        "aliases/a.yaml": f"name: {escape}\naction_ref: p.b\nformats: [a]\n",
        "aliases/b.yaml": f"name: b\naction_ref: {escape}\nformats: [a]\n",
    }
    write_pack(Path("packs"), "p", files)
    catalog = load()
    assert [problem.rule for problem in catalog.problems] == [
        "name",
        "unknown-runner",
        "name",
        "missing-action",
    ]
    assert all(str(problem).isprintable() for problem in catalog.problems)
    assert catalog.action_refs() == ("p.b",)


def test_an_entry_point_below_a_folder_that_is_linked_out_is_refused() -> None:
    script = action_text("s", "python-script", "entry_point: far/s.py\n")
    pack = write_pack(Path("packs"), "p", {"actions/s.yaml": script})
    Path("far").mkdir()
    Path("far/s.py").touch()
    (pack / "actions/far").symlink_to(Path("far").absolute())
    assert told(load()) == [
        (
            "packs/p/actions/s.yaml:4:1: error[entry-point] the entry_point far/s.py leads out"
            " of its pack through a symbolic link"
        )
    ]


def test_things_named_like_yaml_that_are_no_files_are_told_at_once() -> None:
    pack = write_pack(Path("packs"), "p", {"actions/z.yaml": action_text("z")})
    (pack / "actions/folder.yaml").mkdir()
    os.mkfifo(pack / "actions/pipe.yaml")
    (pack / "aliases").touch()
    catalog = load()
    assert told(catalog) == [
        "packs/p/actions/folder.yaml: error[not-a-file] is a folder, not a file (rename it)",
        (
            "packs/p/actions/pipe.yaml: error[not-a-file] is a pipe, socket or device, not a file"
            " (rename it)"
        ),
    ]
    assert catalog.action_refs() == ("p.z",)


def test_a_format_in_a_block_is_shown_on_one_line() -> None:
    """What it is matched with keeps its line breaks."""
    text = "name: a\naction_ref: p.z\nformats:\n  - |\n    go {{ a }}\n     now\n"
    text += "  - {display: 'stop\n\n      it', representation: stop}\n"
    write_pack(Path("packs"), "p", {"aliases/a.yaml": text, "actions/z.yaml": action_text("z")})
    (alias,) = load().aliases
    assert [form.display for form in alias.formats] == ["go {{ a }} now", "stop it"]
    assert alias.formats[0].representations[0].text == "go {{ a }}\n now\n"


def test_hidden_files_are_passed_over() -> None:
    """Editors put locks and copies beside what is open; StackStorm doesn't see them either."""
    pack = write_pack(
        Path("packs"), "p", {"actions/a.yaml": action_text("a"), "aliases/._a.yaml": b"\x00\x05"}
    )
    (pack / "actions/.#a.yaml").symlink_to("user@host.1234")
    catalog = load()
    assert (told(catalog), catalog.action_refs()) == ([], ("p.a",))


def test_names_that_no_terminal_should_see_are_escaped() -> None:
    """A line break in a name would forge a second line of output."""
    pack = write_pack(Path("packs"), "p", {"actions/a\nb\x1b[0m.yaml": "- a"})
    (Path(os.fsdecode(os.fsencode(pack / "actions") + b"/\xff.yaml"))).write_text("- b")
    assert [line.split(":")[0] for line in told(load())] == [
        r"packs/p/actions/\xff.yaml",
        r"packs/p/actions/a\nb\x1b[0m.yaml",
    ]


def test_the_same_packs_give_the_same_problems_in_the_same_order() -> None:
    for n in range(5):
        write_pack(Path("packs"), f"p{n}", {f"actions/{m}.yaml": "x: 1" for m in range(5)})
    assert told(load()) == told(load()) == sorted(told(load()))


def test_flags_in_quotes_count_deep_inside_of_a_schema(tmp_path: Path) -> None:
    """They validate and hide as those without do, and a broken secret is secret."""
    inside = (
        '{b: {required: "True", secret: "yes", default: 1, description: d, immutable: "false"}}'
    )
    write_pack(
        tmp_path, "web", {"actions/a.yaml": GOOD + f"parameters: {{a: {{properties: {inside}}}}}"}
    )
    action = open_catalog([tmp_path], cache=None).action(ActionRef("web.a"))
    assert action is not None
    assert action.parameters["a"].schema["properties"] == {
        "b": {"required": True, "default": 1, "secret": True, "description": "d"}
    }
