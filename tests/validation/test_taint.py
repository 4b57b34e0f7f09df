"""What people type is followed to shell lines and requests, and to nowhere else."""

import json
from collections.abc import Iterable
from pathlib import Path

from tests.support.cli import invoke
from tests.support.packs import action_text, alias_text, write_pack

INPUT = "parameters:\n  host: {type: string}\n  also: {type: string, immutable: true}\n"
LINE = (
    "parameters:\n  name: {type: string}\n  safe: {type: string}\n"
    '  cmd: {immutable: true, default: "x {{name}} {{safe | shell_quote}}"}\n'
)
FLOW = "version: 1.0\ninput: [host, also]\n"


def all_told(root: Path) -> list[tuple[str, str, str, str]]:
    """File, code, severity and message of each security finding."""
    result = invoke("validate", str(root), "--format", "jsonl", "--select", "SEC")
    lines = result.stdout.replace(f"{root}/", "").splitlines()
    found = [json.loads(line) for line in lines]
    return [(each["file"], each["code"], each["severity"], each["message"]) for each in found]


def told(root: Path) -> list[tuple[str, str, str]]:
    """The same without the files."""
    return [each[1:] for each in all_told(root)]


def codes(root: Path, workflows: Iterable[str], *, runner: str = "orquesta") -> list[str]:
    """The codes for workflows behind an alias each, with their severities' first letters."""
    folder = "chains" if runner == "action-chain" else "workflows"
    files = {"actions/line.yaml": action_text("line", "remote-shell-cmd", LINE)}
    for number, workflow in enumerate(workflows):
        name = f"flow{number}"
        more = f"entry_point: {folder}/{name}.yaml\n{INPUT}"
        files[f"actions/{name}.yaml"] = action_text(name, runner, more)
        files[f"actions/{folder}/{name}.yaml"] = workflow
        files[f"aliases/{name}.yaml"] = alias_text(name, f"web.{name}", f"{name} {{{{host}}}}")
    write_pack(root, "web", files)
    found: dict[str, list[str]] = {name: [] for name in files if name.startswith("aliases")}
    for file, code, severity, _ in all_told(root):
        found[file.removeprefix("web/")].append(code + severity[0])
    return [" ".join(each) for each in found.values()]


def task(line: str, action: str = "core.local", parameter: str = "cmd", more: str = "") -> str:
    """A workflow of one task that gives a parameter."""
    text = json.dumps(line)
    return f"{FLOW}{more}tasks:\n  t:\n    action: {action}\n    input: {{{parameter}: {text}}}\n"


FOLLOWED = (
    (task("ping <% ctx().host %>"), "SEC001e"),
    (task("ping <% ctx(host) %>"), "SEC001e"),
    (task("ping <% ctx()[host] + ' x' %>"), "SEC001e"),
    (task("ping <% str(ctx().get(host, a)).trim() %>"), "SEC001e"),
    (task("ping {{ ctx().host }}"), "SEC001e"),
    (task("{% if true %}ping {{ ctx('host') }}{% endif %}"), "SEC001e"),
    (task("ping {{ ctx().host | replace('a', '') }}"), "SEC001w"),
    (task("ping <% ctx().host.replace(a, b) %>"), "SEC001w"),
    (task("<% ctx().host %>"), "SEC002w"),
    (task("<% ctx().host %>", "web.line", "name"), "SEC001e"),
    (task("<% ctx().host %>", "core.http", "url"), "SEC003w"),
    (
        task("x <% ctx().b %>", more="vars:\n  - a: <% ctx().host %>\n  - b: <% ctx().a %>\n"),
        "SEC001e",
    ),
    (
        (
            f"{FLOW}tasks:\n  a:\n    action: core.noop\n    next:\n      - publish:\n"
            "          - b: <% ctx().host %>\n        do: t\n  t:\n    action: core.local\n"
            "    input: {cmd: 'x <% ctx().b %>'}\n"
        ),
        "SEC001e",
    ),
    (
        (
            f"{FLOW}tasks:\n  t:\n    with: h in <% ctx().host.split(' ') %>\n"
            "    action: core.local cmd='x <% item(h) %>'\n"
        ),
        "SEC001e",
    ),
)


def test_it_is_followed_through_workflows(tmp_path: Path) -> None:
    """By expressions of both languages, variables, items and actions of packs."""
    found = codes(tmp_path, [workflow for workflow, _ in FOLLOWED])
    assert found == [code for _, code in FOLLOWED]


HARMLESS = (
    task("ping {{ ctx().host | shell_quote }}"),  # quoted
    task("ping <% shell_quote(ctx().host) %>"),  # quoted in YAQL
    task("ping <% len(ctx().host) %>"),  # a number
    task("ping <% ctx().other %> <% ctx('also') %>"),  # others
    task("ping {{ 'a' if ctx().host == 'x' else 'b' }}"),  # a choice
    task("ping '{{ ctx().host | replace(\"'\", '') }}'"),  # quoted by hand
    task("<% ctx().host %>", "web.line", "safe"),  # quoted in the action
    task("<% ctx().host %>", "core.echo", "message"),  # quoted in core
    task("http://a/<% ctx().host %>", "core.http", "url"),  # behind the host
    task("<% ctx().host", "core.local"),  # no expression
    task("<% ctx( %>", "core.local"),  # a wrong one
    task("{{ ctx( }}", "core.local"),  # a wrong one in Jinja
    "tasks: [",  # no workflow
    task("<% ctx().host %>", "web.flow0", "host"),  # a circle
)


def test_what_does_no_harm_is_not_told(tmp_path: Path) -> None:
    """Nor what can't be read: others tell that."""
    assert codes(tmp_path, HARMLESS) == [""] * len(HARMLESS)


def test_it_is_followed_through_chains(tmp_path: Path) -> None:
    """Through their variables, too; and the way is told with its places."""
    chain = (
        "vars: {a: '{{host}}'}\nchain:\n  - name: t\n    ref: core.local\n"
        "    %s:\n      cmd: 'ping {{ %s }}'\n"
    )
    chains = [chain % ("parameters", "host"), chain % ("params", "a")]
    assert codes(tmp_path, chains, runner="action-chain") == ["SEC001e", "SEC001e"]
    assert told(tmp_path)[0][2] == (
        "what is typed for host stands unquoted in the shell line of core.local: "
        "input host of web.flow0 → cmd of task t (web/actions/chains/flow0.yaml:6:13)"
    )


def test_quotes_around_what_is_quoted_are_told(tmp_path: Path) -> None:
    """Between quotes the filter's own quotes end them, or are nothing."""
    quoted = "{{ ctx().host | shell_quote }}"
    lines = [f"echo 'to {quoted}'", f'echo "to {quoted}"', f"'a' \"b\" \\\" 'c\\' {quoted}"]
    assert codes(tmp_path, map(task, lines)) == ["SEC001e", "SEC001e", ""]
    assert "is quoted between quotes" in told(tmp_path)[0][2]


def test_a_pair_behind_the_message_is_typed_too(tmp_path: Path) -> None:
    """Where chat may set the parameter: not one of the runner's."""
    more = (
        "parameters:\n  args: {type: string, default: ''}\n  n: {type: integer}\n"
        "  key: {type: string, secret: true}\n"
        "  cmd: {immutable: true, default: 'uptime {{args}} {{n}} {{key}}'}\n"
    )
    files = {
        "actions/up.yaml": action_text("up", "local-shell-cmd", more),
        "aliases/up.yaml": alias_text("up", "web.up", "up"),
        "aliases/date.yaml": alias_text("date", "core.local", "date")
        + "immutable_parameters: {cmd: date}\n",
    }
    write_pack(tmp_path, "web", files)
    way = "cmd (web/actions/up.yaml:8:35)"
    message = f"what is typed for args= stands unquoted in the shell line of web.up: {way}"
    assert told(tmp_path) == [("SEC001", "error", message)]


SCRIPTS = {
    '#!/bin/sh\nping "$1"\n': "",
    '#!/bin/sh\neval "ping $1"\n': "SEC001",
    '#!/bin/bash\nH="$1"\nsh -c "ping ${H}"\n': "SEC001",
    '#!/bin/sh\nsh -c \'ping "$0"\' "$HOME"\n': "",
    '#!/bin/sh\neval "ping $2"\n': "",
    '#!/usr/bin/python3\neval("$1")\n': "",
    '#!/bin/sh\n# eval "$1"\n': "",
}


def test_scripts_are_safe_unless_they_evaluate(tmp_path: Path) -> None:
    """No shell reads their arguments, unless they have one do it."""
    files = {}
    for number, script in enumerate(SCRIPTS):
        name = f"up{number}"
        more = f"entry_point: {name}.sh\nparameters:\n  host: {{type: string, position: 0}}\n"
        files[f"actions/{name}.yaml"] = action_text(name, "local-shell-script", more)
        files[f"actions/{name}.sh"] = script
        files[f"aliases/{name}.yaml"] = alias_text(name, f"web.{name}", f"{name} {{{{host}}}}")
    write_pack(tmp_path, "web", files)
    found = {file: (code, severity) for file, code, severity, _ in all_told(tmp_path)}
    wanted = [f"web/aliases/up{n}.yaml" for n, code in enumerate(SCRIPTS.values()) if code]
    assert found == dict.fromkeys(wanted, ("SEC001", "warning"))


def test_a_request_to_listed_hosts_is_fine(tmp_path: Path) -> None:
    """So is one whose host is fixed; one whose host is typed is told."""
    more = "parameters:\n  h: {{type: string}}\n  url: {{immutable: true, default: '{}'}}\n{}"
    listed = "  url_hosts_whitelist: {immutable: true, default: [a.example]}\n"
    for name, url, extra in (
        ("one", "http://{{h}}/a", ""),
        ("two", "http://a.example/{{h}}", ""),
        ("three", "{{h}}", listed),
    ):
        files = {
            f"actions/{name}.yaml": action_text(name, "http-request", more.format(url, extra)),
            f"aliases/{name}.yaml": alias_text(name, f"web.{name}", f"{name} {{{{h}}}}"),
        }
        write_pack(tmp_path, "web", files)
    assert [(code, message.split()[7]) for code, _, message in told(tmp_path)] == [
        ("SEC003", "web.one")
    ]
