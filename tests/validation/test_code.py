"""Python code of packs is read, never imported; what it does with values is told."""

import json
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from chatops_cli.validation.python.looking import look
from tests.support.cli import invoke
from tests.support.packs import action_text, alias_text, write_pack
from tests.support.validating import validate

HEAD = "import os, ssl, subprocess as sp, shlex, yaml, pickle, requests\nfrom os import popen\n"


def seen(body: str, *, parameters: str = "host", name: str = "look") -> list[tuple[str, str]]:
    """What is seen in a function's body."""
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    code = f"{HEAD}X = 1\ndef {name}({parameters}):\n{lines}"
    return [(str(sight.kind), sight.name) for sight in look(code.encode())]


LINES = (
    "os.system('dig %s' % host)",
    "os.system('dig ' + host)",
    "os.system('dig {}'.format(host))",
    "os.system(f'dig {host}')",
    "os.system(' '.join(['dig', host]))",
    "os.system('dig %s %s' % (X, host))",
    "os.system('dig %(a)s' % {'a': host})",
    "a = 'dig ' + host\nos.system(a)",
    "a = 'dig '\na += host\nos.system(a)",
    "for a in host: os.system('dig ' + a)",
    "os.system('dig ' + self.host)",
    "os.system('dig ' + host['a'].strip())",
    "os.system('dig ' + (host if X else 'a'))",
)
SAFE = (
    "os.system('uptime')",
    "os.system('dig %s' % shlex.quote(host))",
    "os.system('dig %d' % int(host))",
    "os.system('dig %s' % X)",
    "os.system(f'dig {X} {1}')",
    "os.system('dig ' + self.config['server'])",
    "os.system('dig ' + self.config.get('server'))",
    "a = 'dig'\nos.system(a + ' -h')",
    "os.system('dig ' + os.path.join('a', 'b'))",
    "os.system('dig ' + ('a' if host else 'b'))",
    "os.system(host)",
    "sp.run(['dig', host])",
    "sp.run('dig ' + host, shell=False)",
    "os.system()",
    "system('dig ' + host)",
)


def test_a_shell_line_that_is_made_of_values_is_seen() -> None:
    """However it is put together, and whatever runs it."""
    assert [seen(line) for line in LINES] == [[("line", "os.system")]] * len(LINES)
    assert seen("popen('a ' + host)") == [("line", "os.popen")]
    assert seen("sp.getoutput('a ' + host)") == [("line", "subprocess.getoutput")]
    assert seen("sp.Popen(args='a ' + host, shell=True)") == [("line", "subprocess.Popen")]
    assert seen("os.system(cmd)", parameters="self, cmd", name="run") == [("line", "os.system")]
    assert seen("os.system('a' + b)", parameters="*, a=1, **b") == [("line", "os.system")]


def test_a_line_that_nobody_can_choose_is_not() -> None:
    assert [seen(line) for line in SAFE] == [[]] * len(SAFE)


def test_code_and_data_that_run_are_seen() -> None:
    """What is named like them and isn't them is not."""
    assert seen("eval(host)\nexec(host)") == [("code", "eval"), ("code", "exec")]
    assert seen("eval('1 + 1')") == []
    assert seen("df.eval(host)") == []
    assert seen("eval = len\neval(host)") == []
    assert seen("yaml.load(host)") == [("load", "yaml.load")]
    assert seen("yaml.load(host, Loader=yaml.Loader)") == [("load", "yaml.load")]
    assert seen("yaml.load(host, yaml.SafeLoader)\nyaml.load(host, Loader=loader)") == []
    assert seen("return {'p': pickle.loads}") == [("load", "pickle.loads")]
    assert [str(each.kind) for each in look(b"import cPickle as p\np.load(1)")] == ["load"]


def test_connections_that_are_not_checked_are_seen() -> None:
    """`verify` is that only where something of the web is imported."""
    assert seen("requests.get(host, verify=False)") == [("tls", "verify=False")]
    assert seen("s.post(host, verify=False)") == [("tls", "verify=False")]
    assert seen("self.session.verify = False") == [("tls", "verify = False")]
    assert seen("jwt.decode(host, verify=False)\nrequests.get(host, verify=True)") == []
    assert look(b"import jwt\nf(verify=False)\na.verify = False") == ()
    assert seen("Client(verify_ssl=False)") == [("tls", "verify_ssl=False")]
    assert seen("c.verify_mode = ssl.CERT_NONE") == [("tls", "verify_mode = CERT_NONE")]
    assert seen("Pool(cert_reqs='CERT_NONE')") == [("tls", "cert_reqs=CERT_NONE")]
    assert seen("ssl._create_default_https_context = ssl._create_unverified_context") == [
        ("tls", "ssl._create_default_https_context")
    ]
    asked = "if not self.verify_ssl:\n    a.verify = False\n    f(verify=False)\n"
    assert seen(asked) == []
    assert seen("if host:\n    a.verify = False") == [("tls", "verify = False")]
    assert seen("if a['ssl']:\n    b = host\n    os.system('a ' + b)")[0][0] == "line"
    assert seen("ssl._create_unverified_context()")[0] == ("tls", "ssl._create_unverified_context")


def test_passwords_over_plain_http_are_seen() -> None:
    """Those to the machine itself go nowhere."""
    assert seen("requests.get('http://a/' + host, auth=a)") == [("plain", "auth")]
    assert seen("requests.get(f'http://a/{host}', auth=a)") == [("plain", "auth")]
    assert seen("requests.get('http://localhost/', auth=a)\nrequests.get(host, auth=a)") == []
    assert seen("requests.get('http://a/')\nrequests.get('https://a/', auth=a)") == []


def test_what_is_no_python_of_today_is_told_and_nothing_breaks(tmp_path: Path) -> None:
    """With its place; tests, hidden files and links are passed over, and so is what is ignored."""
    files: dict[str, str | bytes] = {
        "pack.yaml": "name: old\ndescription: d\nversion: 1.0.0\npython_versions: ['2']\n",
        "actions/a.py": "def f():\n    print 1\n",
        "actions/b.py": b"a = '\0'\n",
        "lib/c.py": "(" * 300 + ")" * 300,
        "sensors/d.py": b"\xff\xfe\n",
        "tests/e.py": "print 1\n",
        ".hidden/f.py": "print 1\n",
        "etc/g.py": "eval(1 + 1)  # chatops: ignore[SEC011] it is a number\n",
    }
    pack = write_pack(tmp_path, "old", files)
    (pack / "actions" / "l.py").symlink_to("a.py")
    found = validate(tmp_path, "--select", "PCK101,SEC,CHK")
    assert found[0] == ("old/actions/a.py", 2, "PCK101", "warning")
    assert {each.file for each in found} == {
        *("old/actions/a.py", "old/actions/b.py", "old/lib/c.py", "old/sensors/d.py")
    }
    assert {each.code for each in found} == {"PCK101"}
    result = invoke("validate", str(pack / "actions" / "a.py"), "--format", "json")
    assert "it can't run" in json.dumps(result.json)


@given(st.binary(max_size=60) | st.text(alphabet="evalxc(){}'\"=%+ \n:,.f", max_size=60))
@settings(max_examples=60, deadline=None)
def test_whatever_the_bytes_nothing_is_raised(data: bytes | str) -> None:
    assert isinstance(look(data if isinstance(data, bytes) else data.encode()), tuple)


def test_tls_is_told_where_it_is_turned_off(tmp_path: Path) -> None:
    """By an action, an alias, a task or a task of a chain; another runner's parameter is not."""
    off = "parameters:\n  verify_ssl_cert: {type: boolean, default: false}\n"
    flow = (
        "version: 1.0\ntasks:\n  t:\n    action: core.http\n    input:\n"
        "      url: https://a.example\n      verify_ssl_cert: false\n"
    )
    chain = "chain:\n  - name: t\n    ref: core.http\n    params: {verify_ssl_cert: false}\n"
    files = {
        "actions/get.yaml": action_text("get", "http-request", off),
        "actions/other.yaml": action_text("other", "noop", off),
        "actions/flow.yaml": action_text("flow", "orquesta", "entry_point: w/flow.yaml\n"),
        "actions/w/flow.yaml": flow,
        "actions/chain.yaml": action_text("chain", "action-chain", "entry_point: w/c.yaml\n"),
        "actions/w/c.yaml": chain,
        "aliases/a.yaml": alias_text("a", "core.http", "a")
        + "immutable_parameters: {verify_ssl_cert: false, url: 'https://a.example'}\n",
    }
    write_pack(tmp_path, "web", files)
    assert [(each.file, each.line) for each in validate(tmp_path, "--select", "SEC013")] == [
        ("web/actions/get.yaml", 5),
        ("web/actions/w/c.yaml", 2),
        ("web/actions/w/flow.yaml", 7),
        ("web/aliases/a.yaml", 1),
    ]
