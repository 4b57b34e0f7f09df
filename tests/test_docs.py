"""README and docs say all there is, and nothing else; what they show is what happens.

What docs/audit.md says of records is held in tests/records/test_docs.py.
"""

import ast
import json
import re
import shlex
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import typer

from chatops_cli.catalog.catalog import open_catalog
from chatops_cli.catalog.row import ACTION, ALIAS, POLICY, RULE
from chatops_cli.cli.app import COMMANDS, app
from chatops_cli.errors import ExitCode
from chatops_cli.model.chat import ReplyKind
from chatops_cli.model.environment import INHERITED
from chatops_cli.model.json import Json
from chatops_cli.model.rule import SHORT_OPERATORS, Condition, Operator
from chatops_cli.model.runner import BUILT_IN, LEGACY_NAMES, RETIRED
from chatops_cli.records.datastore import Datastore
from chatops_cli.rendering.datastore import StoredValues
from chatops_cli.rendering.filters.table import FILTERS
from chatops_cli.rendering.templates import Templates
from chatops_cli.settings.load import bundled_packs
from chatops_cli.settings.values import AUDIT_FILE_LIMIT, OUTPUT_LIMIT
from tests.support.cli import Result, invoke
from tests.support.clock import FakeClock
from tests.support.packs import write_pack

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "chatops_cli"
PAGES = (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md")))


@cache
def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def section(name: str, title: str) -> str:
    """The text below a heading that starts with `title`, down to the next heading of its level."""
    found = re.search(rf"^(#+) {re.escape(title)}", page(name), re.MULTILINE)
    assert found is not None, f"{name} has no section {title}"
    rest = page(name)[found.end() :]
    end = re.search(rf"^#{{1,{len(found[1])}}} ", rest, re.MULTILINE)
    return rest[: end.start()] if end else rest


def table(text: str) -> list[list[str]]:
    """The cells of all rows of the tables in a text, without headers."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    cells = [re.split(r"(?<!\\)\|", line)[1:-1] for line in lines]
    rows = [[cell.strip().replace(r"\|", "|") for cell in row] for row in cells]
    is_rule = [set(row[0]) <= {"-"} and row[0] != "" for row in rows]
    return [
        row
        for i, row in enumerate(rows)
        if not is_rule[i] and not (i + 1 < len(rows) and is_rule[i + 1])
    ]


def names(text: str) -> list[str]:
    """What stands in backticks in the first column of the tables in a text."""
    return [name for row in table(text) for name in re.findall(r"`([^`]+)`", row[0])]


def blocks(name: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", page(name), re.DOTALL | re.MULTILINE)


def modules() -> Iterator[ast.Module]:
    for path in sorted(PACKAGE.rglob("*.py")):
        if "st2" not in path.relative_to(PACKAGE).parts[:1]:
            yield ast.parse(path.read_text(encoding="utf-8"))


# Commands and options


def commands() -> dict[str, set[str]]:
    """Every command with its options, those for all commands under the empty name."""
    root = typer.main.get_command(app)
    context = typer.Context(root)
    found = {"": options(root)}
    for name in COMMANDS:
        command = root.get_command(context, name)  # type: ignore[attr-defined]  # it is a group
        inner = getattr(command, "commands", None)
        if inner is None:
            found[name] = options(command)
        else:
            found |= {f"{name} {each}": options(inner[each]) for each in inner}
            if getattr(command, "invoke_without_command", False):
                found[name] = options(command)
    return found


def options(command: object) -> set[str]:
    parameters = getattr(command, "params", [])
    return {name for each in parameters for name in each.opts if name.startswith("-")} - {"--help"}


def test_every_command_is_documented_with_its_options() -> None:
    documented = {
        " ".join(re.findall(r"[a-z]+\b(?![|])", heading.split("[")[0])): heading
        for heading in re.findall(r"^### chatops (.*)$", page("docs/commands.md"), re.MULTILINE)
    }
    code = commands()
    assert set(documented) == set(code) - {""}
    for command, heading in documented.items():
        listed = names(section("docs/commands.md", f"chatops {heading}"))
        assert {text.split()[0] for text in listed} == code[command], command
    listed = names(section("docs/commands.md", "Global options"))
    assert {text.split()[0] for text in listed} == code[""]


def test_every_exit_code_is_documented() -> None:
    rows = table(section("docs/commands.md", "Exit codes"))
    assert [(int(row[0]), row[1].strip("`")) for row in rows] == [
        (code.value, code.name) for code in ExitCode
    ]
    short = table(section("README.md", "Exit codes"))
    assert [int(row[0]) for row in short] == [code.value for code in ExitCode]


# Environment


def test_every_environment_variable_is_documented() -> None:
    constants = {
        node.value
        for module in modules()
        for node in ast.walk(module)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    ours = {text for text in constants if re.fullmatch(r"(CHATOPS|ST2_ACTION)_[A-Z_]+", text)}
    read = {
        node.args[0].value
        for module in modules()
        for node in ast.walk(module)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in {"os.environ.get", "os.getenv"}
        and isinstance(node.args[0], ast.Constant)
    }
    text = section("docs/commands.md", "Environment variables")
    assert set(names(text)) == ours | read
    seen = section("docs/commands.md", "What an action sees").split("| variable")[0]
    listed = {name for name in re.findall(r"`(\w+)`", seen) if name not in {"environment", "env"}}
    proxies = {name.upper() for name in listed if name.endswith("_proxy")}
    assert listed | proxies == INHERITED


# Settings

GETTERS = {"value", "section", "sections", "text", "strings", "flag", "choice", "integer", "number"}


SETTINGS_FILES = (
    "file.py",
    "routes.py",
    "access.py",
    "bridge.py",
    "engine.py",
    "listener.py",
    "hooks.py",
    "checks.py",
    "rates.py",
    "telemetry.py",
)


def test_every_settings_key_is_documented() -> None:
    files = [(PACKAGE / "settings" / name).read_text() for name in SETTINGS_FILES]
    code = {
        node.args[0].value
        for tree in map(ast.parse, files)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in GETTERS
        and node.args
        and isinstance(node.args[0], ast.Constant)
    } | {
        node.args[1].value
        for tree in map(ast.parse, files)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) == "read_duration"
        and isinstance(node.args[1], ast.Constant)
    }
    rows = table(page("docs/settings.md"))
    routes = table(section("docs/notifications.md", "Routes"))
    networks = table(section("docs/bridge.md", "Networks"))[:2]
    hooks = table(section("docs/hooks.md", "Settings"))
    keys = {
        key
        for row in (*rows, *routes, *networks, *hooks)
        if len(row) == 3
        for key in re.findall(r"`([a-z_.]+)`", row[0])
    }
    assert {part for key in keys for part in key.split(".")} == code
    defaults = {row[0].strip("`"): row[1] for row in rows}
    assert defaults["limits.output"] == str(OUTPUT_LIMIT)
    assert defaults["limits.audit_file"] == str(AUDIT_FILE_LIMIT)


def test_the_settings_shown_are_valid(isolated: Path) -> None:
    examples = blocks("docs/settings.md", "yaml")
    routes = next(text for text in blocks("docs/notifications.md", "yaml") if "webhook" in text)
    (isolated / "chatops.yaml").write_text("".join((*examples, routes)))
    assert invoke("run", "--as", "bob", "--dry-run", "ping").exit_code == ExitCode.OK


# Problems


def rules() -> set[str]:
    """The names of all rules that problems are reported under."""
    found: set[str] = set()
    for module in modules():
        constants = {
            node.targets[0].id: node.value
            for node in module.body
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
        }
        for node in ast.walk(module):
            rule = rule_of(node) if isinstance(node, ast.Call) else None
            if isinstance(rule, ast.Name):
                rule = constants.get(rule.id)
            if rule is not None:
                found |= texts_of(rule)
    return found


def rule_of(call: ast.Call) -> ast.expr | None:
    function = ast.unparse(call.func)
    if function in {"Problem", "Mistake"}:
        return next(keyword.value for keyword in call.keywords if keyword.arg == "rule")
    if function.endswith((".report", "template.problem")):
        return call.args[0]
    return call.args[1] if function == "make_problem" else None


def texts_of(rule: ast.expr) -> set[str]:
    match rule:
        case ast.Constant(value=str(text)):
            return {text}
        case ast.Attribute() if ast.unparse(rule) == "mistake.rule":
            return set()  # it is one of those that a Mistake is made with
        case ast.IfExp():
            return texts_of(rule.body) | texts_of(rule.orelse)
        case ast.JoinedStr() if ast.unparse(rule) == "f'repeated-{row.kind}'":
            return {f"repeated-{kind}" for kind in (ACTION, ALIAS, POLICY, RULE)}
        case _:
            raise AssertionError(f"which rule is {ast.unparse(rule)}?")


def test_every_rule_of_problems_is_documented_once() -> None:
    documented = [row[0].strip("`") for row in table(page("docs/problems.md"))]
    assert sorted(documented) == sorted(rules())


# Templates


def test_every_filter_is_documented() -> None:
    assert set(names(section("docs/templates.md", "Filters"))) == set(FILTERS)


FILTER_ROWS = table(section("docs/templates.md", "Filters"))


@pytest.mark.parametrize("row", FILTER_ROWS, ids=[row[0].strip("`") for row in FILTER_ROWS])
def test_a_filter_gives_what_is_documented(row: list[str], tmp_path: Path) -> None:
    name, example, gives = (cell.strip("`") for cell in row)
    assert name in example
    (datastore,) = blocks("docs/templates.md", "json")
    file = tmp_path / "datastore.json"
    file.write_text(datastore)
    values = StoredValues(Datastore(file, clock=FakeClock()).of("alice"))
    assert Templates().render(example, {"st2kv": values}).rstrip("\n") == gives


# JSON

REPLIES = "Replies: run, action run"
DRY_RUN = "Dry run: run --dry-run"
PACKS = "Packs: pack list, pack show"
ENVIRONMENTS = "Environments: pack setup"
INSTALLING = "Installing: pack install, pack update"
INSTALLED = "Installed: pack get"
ACTIONS = "Actions: action list, action show"
ALIASES = "Aliases: alias list, alias show"
MATCHING = "Matching: alias match"
EXPLANATIONS = "Explanations: alias explain"
TESTS = "Tests: test"
REHEARSALS = "Rehearsals: rehearse"
VALUES = "Values: key get, key set, key delete, key list, key load"
CHECKS = "Checks: doctor"
CONFIGURATIONS = "Configurations: pack config"


@pytest.mark.parametrize(
    ("title", "calls"),
    [
        pytest.param(REPLIES, [["run", "example report"]], id="run"),
        pytest.param(
            DRY_RUN,
            [["run", "--dry-run", text] for text in ("ping", "nothing like it", "x" * 50_000)],
            id="dry run",
        ),
        pytest.param(PACKS, [["pack", "list"], ["pack", "show", "core"]], id="packs"),
        pytest.param(ENVIRONMENTS, [["pack", "setup", "core", "--check"]], id="environments"),
        pytest.param(
            INSTALLING,
            [["pack", "install", str(bundled_packs() / "linux"), "--yes"]],
            id="installing",
        ),
        pytest.param(INSTALLED, [["pack", "get", "core"]], id="installed"),
        pytest.param(ACTIONS, [["action", "list"], ["action", "show", "core.echo"]], id="actions"),
        pytest.param(ALIASES, [["alias", "list"], ["alias", "show", "disk"]], id="aliases"),
        pytest.param(
            MATCHING,
            [["alias", "match", text] for text in ("ping", "disk usge", "x" * 50_000)],
            id="matching",
        ),
        pytest.param(EXPLANATIONS, [["alias", "explain", "ping"]], id="explanations"),
        pytest.param(VALUES, [["key", "set", "a", "1"], ["key", "list"]], id="values"),
        pytest.param(TESTS, [["test", "core"]], id="tests"),
        pytest.param(
            REHEARSALS,
            [["rehearse", str(bundled_packs() / "chatops"), "--coverage"]],
            id="rehearsals",
        ),
        pytest.param(CHECKS, [["doctor"]], id="doctor"),
    ],
)  # fmt: skip
def test_the_keys_of_json_are_documented(title: str, calls: list[list[str]]) -> None:
    values = [value for call in calls for value in invoke(*call, "--json").json_lines]
    first = "\n".join(section("docs/json.md", title).split("\n\n")[:3])
    documented = set(names(first.split("\n| kind of step")[0]))
    # No bundled pack has two aliases for one message: `candidates` is held by other tests.
    assert keys_of(values) == documented - {"candidates"}


def keys_of(values: list[Json]) -> set[str]:
    return {key for value in values if isinstance(value, dict) for key in value}


def test_the_keys_of_configurations_are_documented(isolated: Path) -> None:
    """Three tables: of a change, of what there is, of what is wrong."""
    (isolated / "chatops.yaml").write_text("configs: configs\n")
    calls = ["--set", "api_token={{ st2kv.system.x }}"], ["--show"], ["--check"]
    values = [
        value
        for call in calls
        for value in invoke("pack", "config", "examples", *call, "--json").json_lines
    ]
    assert keys_of(values) == set(names(section("docs/json.md", CONFIGURATIONS)))


def test_the_checks_of_doctor_are_documented(isolated: Path) -> None:
    (isolated / "chatops.yaml").write_text("configs: configs\n")
    done = [value["check"] for value in as_objects(invoke("doctor", "--json").json_lines)]
    (row,) = (row for row in table(section("docs/json.md", CHECKS)) if row[0] == "`check`")
    assert re.findall(r"`([^`]+)`", row[2])[: len(done)] == done


def test_the_keys_of_parts_are_documented() -> None:
    """Attachments, fields, executions of a dry run, steps."""
    reply = invoke("run", "--no-ack", "--json", "example report").json
    plan = invoke("run", "--dry-run", "--json", "ping").json
    assert isinstance(reply, dict)
    assert isinstance(plan, dict)
    (attachment,) = as_objects(reply["attachments"])
    (execution,) = as_objects(plan["executions"])
    replies = section("docs/json.md", REPLIES)
    for key in (*attachment, *as_objects(attachment["fields"])[0]):
        assert f"`{key}`" in replies
    assert set(execution) <= set(names(section("docs/json.md", DRY_RUN)))


def as_objects(value: Json) -> list[dict[str, Json]]:
    assert isinstance(value, list)
    return [item for item in value if isinstance(item, dict)]


def test_every_kind_of_reply_is_documented() -> None:
    kinds = next(row for row in table(section("docs/json.md", "Replies")) if row[0] == "`kind`")
    assert set(re.findall(r"`(\w+)`", kinds[2])) == set(ReplyKind)


def test_every_kind_of_step_is_documented() -> None:
    tree = ast.parse((PACKAGE / "aliases" / "explain.py").read_text(encoding="utf-8"))
    code = {
        keyword.value.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Step"
        for keyword in node.keywords
        if keyword.arg == "kind" and isinstance(keyword.value, ast.Constant)
    }
    steps = section("docs/json.md", EXPLANATIONS).split("| kind of step", 1)[1]
    assert set(names("| kind of step" + steps)) == code


def test_every_runner_is_in_the_compatibility_tables() -> None:
    runners = section("docs/compatibility.md", "Runners")
    assert all(f"`{name}`" in runners for name in (*BUILT_IN, *LEGACY_NAMES, *RETIRED))


# Examples


def test_the_transcript_of_the_readme_is_what_happens(isolated: Path) -> None:
    """Each line that is shown is printed; numbers, ids and this machine's names may differ."""
    write_example_pack(isolated)
    for block in blocks("README.md", "console"):
        for command, shown in re.findall(
            r"^\$ chatops (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE
        ):
            result = invoke(*shlex.split(command))
            printed = [plain(line) for line in (result.stdout + result.stderr).splitlines()]
            missing = [line for line in shown.splitlines() if plain(line) not in printed]
            assert missing == [], command


def plain(line: str) -> str:
    """A line without what varies: addresses, devices, ids, numbers, units, names of people."""
    line = re.sub(r"^\S+(?=\s+localhost)", "ADDRESS", line)
    line = re.sub(r"^[▌|] (?:/dev/\S+|\w+(?= +[0-9]))?", "FRAME ", line)
    line = re.sub(r"\b[0-9a-f]{24,64}\b|\d+(?:\.\d+)?", "#", line)
    line = re.sub(r"# (?:[KMGTP]i)?B(?:ytes)?\b", "# B", line)
    line = re.sub(r"for \S+:", "for WHO:", line)
    return " ".join(line.split())


def write_example_pack(folder: Path) -> None:
    for block in blocks("README.md", "yaml"):
        name, _, content = block.removeprefix("# ").partition("\n")
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)


def test_the_pack_of_the_readme_has_no_problem(isolated: Path) -> None:
    write_example_pack(isolated)
    pack = invoke("--packs", "packs", "pack", "show", "web", "--json").json
    assert isinstance(pack, dict)
    assert (pack["actions"], pack["aliases"], pack["problems"]) == (
        ["web.lookup", "web.resolve"], ["resolve"], [],
    )  # fmt: skip


def test_what_the_readme_sets_up_works(isolated: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [line for block in blocks("README.md", "sh") for line in block.splitlines()]
    assert "chatops init ops" in lines
    assert invoke("init", "ops").exit_code == ExitCode.OK
    monkeypatch.chdir(isolated / "ops")
    assert 'cd ops && chatops run "greet world"' in lines
    assert invoke("run", "greet world").stdout == "Hello, world!\n"
    targets = re.findall(r"^(\w+):", page("Makefile"), re.MULTILINE)
    named = re.findall(r"^make (\w+)", "\n".join(lines), re.MULTILINE)
    assert named == ["demo", "test"]
    assert set(named) <= set(targets)
    (demo,) = re.findall(r"make demo .*: (chatops .*)", "\n".join(lines))
    assert f"$(BIN)/{demo}" in page("Makefile")


EXAMPLES = [line for block in blocks("docs/commands.md", "sh") for line in block.splitlines()]


def test_the_examples_of_commands_work() -> None:
    """In their order, as somebody would type them one after the other."""
    assert len(EXAMPLES) > 20
    for line in EXAMPLES:
        result = run_line(line)
        assert (result.exit_code, line) == (ExitCode.OK, line), result.stderr


def run_line(line: str) -> Result:
    """A line of shell with at most one pipe into chatops."""
    before, pipe, after = line.rpartition(" | ")
    stdin = ""
    if pipe:
        _, text = shlex.split(before)
        stdin = text.replace("\\n", "\n")
    program, *arguments = shlex.split(after)
    assert program == "chatops"
    return invoke(*arguments, stdin=stdin)


# Links


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8")):
        if target.startswith("https://"):
            continue
        name, _, anchor = target.partition("#")
        file = (path.parent / name).resolve() if name else path
        assert file.is_file(), target
        if anchor:
            assert anchor in anchors(file), target


def anchors(path: Path) -> set[str]:
    """The anchors that a forge makes of headings."""
    headings = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_page_can_be_found_from_the_readme() -> None:
    linked = set(re.findall(r"\]\((docs/[a-z-]+\.md)\)", section("README.md", "Documentation")))
    assert linked == {f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")}


def test_every_room_of_the_package_is_in_the_layout() -> None:
    """In the order in which imports go down, as the contract of import-linter has it."""
    project = tomllib.loads(page("pyproject.toml"))
    layers = project["tool"]["importlinter"]["contracts"][0]["layers"]
    built = [layer for layer in layers if (PACKAGE / layer.strip("()")).is_dir()] + ["errors"]
    shown = [
        name.removesuffix("/").removesuffix(".py")
        for name in names(section("CONTRIBUTING.md", "How the code is laid out"))
    ]
    assert shown == [*(layer.strip("()") for layer in built), "st2"]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_files_that_are_named_exist(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for name in re.findall(r"`((?:docs|chatops_cli|tests)/[\w./]+)`", text):
        assert (ROOT / name).exists(), name


def test_the_datastore_shown_is_read(tmp_path: Path) -> None:
    (shown,) = blocks("docs/templates.md", "json")
    (tmp_path / "datastore.json").write_text(shown)
    store = Datastore(tmp_path / "datastore.json", clock=FakeClock())
    assert store.get("system", "city") == "Oslo"
    assert json.loads(shown).keys() == {"system"}


# Notifications


def test_every_operator_is_documented() -> None:
    rows = [row for row in table(section("docs/notifications.md", "Rules")) if len(row) == 3]
    words = {word for row in rows for word in re.findall(r"`([a-z_]+)`", f"{row[0]} {row[1]}")}
    assert words >= {*Operator, *SHORT_OPERATORS}
    conditions = next(row[2] for row in rows if row[0] == "`search`")
    assert {f"`{word}`" for word in Condition} <= set(re.findall(r"`\w+`", conditions))


def test_the_rule_and_the_action_shown_are_valid() -> None:
    action, _, rule = blocks("docs/notifications.md", "yaml")
    files = {"actions/deploy.yaml": action, "rules/tell.yaml": rule}
    write_pack(Path("packs"), "p", files)
    catalog = open_catalog([Path("packs"), ROOT / "packs"], cache=None)
    assert [str(p) for p in catalog.problems if p.place.file.startswith("packs/")] == []
    assert [rule.name for rule in catalog.rules] == ["tell-ops"]
