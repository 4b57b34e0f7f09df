"""Packs from git and by their names: real repositories, real servers, nobody's configuration."""

import base64
import json
import os
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from chatops_cli.catalog.installation.filling import Filling
from chatops_cli.catalog.installation.git import Repository
from chatops_cli.catalog.installation.index import source_of
from chatops_cli.catalog.installation.index_reading import read_indexes
from chatops_cli.catalog.installation.source import read_source
from chatops_cli.errors import ExitCode, InstallError
from chatops_cli.model.json import Json
from tests.support.cli import Result, invoke
from tests.support.packs import write_pack
from tests.support.repositories import commit, git, manifest, write_repository


@pytest.fixture(autouse=True)
def root(isolated: Path) -> Path:
    """The folder for packs, with nothing in it."""
    root = isolated / "packs"
    root.mkdir()
    (isolated / "chatops.yaml").write_text(
        "packs: [packs]\nbundled: false\npacks_index: [index.json]\n"
    )
    return root


def install(*arguments: str) -> Result:
    return invoke("pack", "install", "--yes", "--no-setup", *arguments)


def facts(ref: str) -> dict[str, Json]:
    value = invoke("pack", "get", ref, "--json").json
    assert isinstance(value, dict)
    return value


def write_index(file: Path, **packs: dict[str, Json]) -> None:
    file.write_text(json.dumps({"packs": packs, "metadata": {}}))


# Git


@pytest.fixture
def history(tmp_path: Path) -> dict[str, str]:
    """A repository whose commits have a tag, a branch, and no name at all; by which."""
    pack = write_repository(tmp_path, "web", None, "v1.0.0")
    found = {"tag": git(pack, "rev-parse", "HEAD")}
    (pack / "a").touch()
    found["nameless"] = commit(pack)
    (pack / "b").touch()
    found["main"] = commit(pack)
    git(pack, "checkout", "--quiet", "-b", "feature/x")
    (pack / "c").touch()
    found["branch"] = commit(pack)
    git(pack, "checkout", "--quiet", "main")
    return found


def test_each_name_of_a_commit_is_found(tmp_path: Path, history: dict[str, str]) -> None:
    """The default branch, a branch, a tag with and without its v, a commit cut short or not."""
    url = f"file://{tmp_path}/stackstorm-web"
    for revision, wanted in (
        ("", "main"),
        ("feature/x", "branch"),
        ("v1.0.0", "tag"),
        ("1.0.0", "tag"),
        (history["nameless"][:9], "nameless"),
        (history["main"], "main"),
    ):
        result = invoke("pack", "install", "--dry-run", "--json", url, "--revision", revision)
        (value,) = result.json_lines
        assert isinstance(value, dict)
        assert (value["commit"], value["revision"]) == (history[wanted], revision)


def test_a_revision_that_is_not_there(tmp_path: Path, history: dict[str, str]) -> None:
    del history
    url = f"file://{tmp_path}/stackstorm-web"
    assert install(f"{url}=nope").stderr == (
        f"error: {url} has no branch, tag or commit nope\nhint: it has feature/x, main, 1.0.0\n"
    )
    assert install(f"{url}=abcdef0").stderr == (
        f"error: {url} has no branch, tag or commit abcdef0\n"
    )


def test_a_plain_path_and_a_bare_repository(root: Path, tmp_path: Path) -> None:
    """No history is kept; what attributes leave out of archives is there; modes and links stay."""
    pack = write_repository(tmp_path, "web", {
        ".gitattributes": "tests export-ignore\n*.txt export-subst\n*.sh filter=evil\n",
        "tests/t.txt": "$Format:%H$\n",
        "run.sh": "#!/bin/sh\r\n",
    })  # fmt: skip
    (pack / "run.sh").chmod(0o755)
    (pack / "l").symlink_to("run.sh")
    made = commit(pack)
    git(tmp_path, "clone", "--quiet", "--bare", str(pack), "bare.git")
    assert install(str(tmp_path / "bare.git")).exit_code == ExitCode.OK
    assert facts("web")["commit"] == made
    assert (root / "web/tests/t.txt").read_text() == "$Format:%H$\n"
    assert (root / "web/run.sh").read_bytes() == b"#!/bin/sh\r\n"
    assert os.access(root / "web/run.sh", os.X_OK)
    assert (root / "web/l").readlink() == Path("run.sh")
    assert not (root / "web/.git").exists()


def test_nothing_of_a_repository_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither hooks, nor filters of the user's configuration, nor what the environment names."""
    pack = write_repository(tmp_path, "web", {".gitattributes": "* filter=evil\n"})
    trace = tmp_path / "trace"
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    for name in ("post-checkout", "reference-transaction", "post-merge"):
        (hooks / name).write_text(f"#!/bin/sh\ntouch {trace}\n")
        (hooks / name).chmod(0o755)
    config = tmp_path / "home/.gitconfig"
    config.parent.mkdir()
    config.write_text(
        f"[core]\n\thooksPath = {hooks}\n\tfsmonitor = touch {trace}\n"
        f'[filter "evil"]\n\tsmudge = touch {trace}; cat\n\trequired = true\n'
        f"[init]\n\ttemplateDir = {hooks.parent}\n"
    )
    monkeypatch.setenv("HOME", str(config.parent))
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", f"touch {trace}")
    assert install(f"file://{pack}").exit_code == ExitCode.OK
    assert not trace.exists()


def test_a_link_out_of_a_repository_is_refused(root: Path, tmp_path: Path) -> None:
    pack = write_repository(tmp_path, "web")
    (pack / "passwd").symlink_to("/etc/passwd")
    commit(pack)
    result = install(f"file://{pack}")
    assert result.stderr.startswith("error: passwd is a link out of the pack, to /etc/passwd\n")
    assert list(root.iterdir()) == []


def test_an_empty_repository_holds_no_pack(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    git(tmp_path / "empty", "init", "--quiet")
    assert "holds nothing yet" in install(f"file://{tmp_path}/empty").stderr


def test_without_git_it_is_said_what_is_missing(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack = write_repository(tmp_path, "web")
    monkeypatch.setenv("PATH", str(tmp_path))
    result = install(f"file://{pack}")
    assert result.stderr == (
        f"error: git can't get file://{pack}: the program git is not installed\n"
    )
    assert list(root.iterdir()) == []


def test_what_takes_too_long_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With all that it has started."""
    (tmp_path / "git").write_text(f"#!/bin/sh\nsleep 60 & echo $! > {tmp_path}/pid\nwait\n")
    (tmp_path / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr("chatops_cli.catalog.installation.git.ANSWER_TIME", 0.3)
    result = install("https://localhost/a/b.git")
    assert result.stderr == (
        "error: git can't get https://localhost/a/b.git: it took longer than 0.3 s\n"
    )
    pid = int((tmp_path / "pid").read_text())
    deadline = time.monotonic() + 10
    while is_alive(pid):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def is_alive(pid: int) -> bool:
    try:
        return not Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].startswith("Z")
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_credentials_sign_in_and_show_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are in no argument of git: a program in its place sees what it is called with."""
    log = tmp_path / "log"
    (tmp_path / "git").write_text(
        f'#!/bin/sh\necho "$@" >> {log}\nenv | grep GIT_CONFIG_ >> {log}.env\n'
        'echo "fatal: me:hunter2secret hunter2secret" >&2\nexit 128\n'
    )
    (tmp_path / "git").chmod(0o755)
    source = read_source("https://me:hunter2secret@h.org/a.git", base=tmp_path)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with pytest.raises(InstallError) as caught:
        Repository(source, tell=lambda _: None).find()
    assert caught.value.message == "git can't get https://h.org/a.git: ******** ********"
    assert "hunter2" not in log.read_text()
    token = base64.b64encode(b"me:hunter2secret").decode()
    assert f"GIT_CONFIG_VALUE_0=Authorization: Basic {token}\n" in Path(f"{log}.env").read_text()
    assert "GIT_CONFIG_KEY_0=http.https://h.org/.extraHeader\n" in Path(f"{log}.env").read_text()


@pytest.mark.parametrize(
    ("said", "hint"),
    [
        pytest.param("fatal: no Username: terminal prompts disabled", "helper", id="who"),
        pytest.param("git@h: Permission denied (publickey).", "SSH agent", id="key"),
        pytest.param("Host key verification failed.", "connect once by hand", id="host key"),
        pytest.param("fatal: detected dubious ownership", "safe.directory", id="owner"),
    ],
)  # fmt: skip
def test_what_to_do_is_said(
    said: str, hint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "git").write_text(f'#!/bin/sh\necho "{said}" >&2\nexit 128\n')
    (tmp_path / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with pytest.raises(InstallError) as caught:
        Repository(read_source("ssh://git@h/a", base=tmp_path), tell=lambda _: None).find()
    assert hint in str(caught.value.hint)


def test_how_far_a_fetch_has_come_is_told(tmp_path: Path) -> None:
    files = {f"f{n}": os.urandom(3000) for n in range(40)}
    pack = write_repository(tmp_path, "web", files)
    told: list[str] = []
    repository = Repository(read_source(f"file://{pack}", base=tmp_path), tell=told.append)
    repository.fetch(tmp_path / "r.git", Filling(tmp_path / "out"))
    assert told[0] == f"asking file://{pack}"
    assert any(" objects: " in text and text.endswith(" %") for text in told)


# Indexes


def test_by_name_of_the_version_that_the_index_names(isolated: Path, tmp_path: Path) -> None:
    """An update follows the index; a revision that was asked for stays."""
    pack = write_repository(tmp_path, "web", None, "v1.0.0")
    (pack / "pack.yaml").write_text(manifest("web", "2.0.0"))
    newer = commit(pack, "v2.0.0")
    entry: dict[str, Json] = {"repo_url": f"file://{pack}", "version": "1.0.0"}
    write_index(isolated / "index.json", web=entry)
    assert install("web").stdout.startswith("installed web 1.0.0")
    assert facts("web")["asked"] == "web"
    write_index(isolated / "index.json", web={**entry, "version": "2.0.0"})
    updated = invoke("pack", "update", "web", "--yes", "--no-setup")
    assert updated.stdout.startswith("installed web 2.0.0 in place of 1.0.0")
    assert facts("web")["commit"] == newer
    assert install("web=1.0.0").stdout.startswith("installed web 1.0.0 in place of 2.0.0")
    assert "up to date" in invoke("pack", "update", "web", "--yes", "--no-setup").stderr


def test_dependencies_by_name(root: Path, isolated: Path, tmp_path: Path) -> None:
    write_repository(tmp_path, "b", None, "v1.0.0")
    write_repository(tmp_path, "a", {"pack.yaml": manifest("a", "1.0.0", "b=1.0.0")})
    entry: dict[str, Json] = {"repo_url": f"{tmp_path}/stackstorm-b", "version": "0"}
    write_index(isolated / "index.json", b=entry)
    assert install(f"{tmp_path}/stackstorm-a").exit_code == ExitCode.OK
    assert sorted(entry.name for entry in root.iterdir()) == ["a", "b"]


def test_search(isolated: Path, root: Path) -> None:
    """Names come first, then keywords; what is installed is marked."""
    write_pack(root, "web")
    write_index(
        isolated / "index.json",
        web={"name": "web", "version": "1.0.0", "description": "Our servers"},
        chat={"name": "chat", "version": 2, "keywords": ["WEB", "x"], "description": "y"},
        other={"description": "nothing to do with the web"},
        far={"description": "no"},
    )
    assert invoke("pack", "search", "web").stdout == (
        "PACK   VERSION  INSTALLED  DESCRIPTION\n"
        "web    1.0.0    yes        Our servers\n"
        "chat   2                   y\n"
        "other                      nothing to do with the web\n"
    )
    first, *_ = invoke("pack", "search", "our", "servers", "--json").json_lines
    assert first == {
        "ref": "web",
        "name": "web",
        "version": "1.0.0",
        "description": "Our servers",
        "author": "",
        "keywords": [],
        "repo_url": "",
        "index": str(isolated / "index.json"),
        "installed": "1.0.0",
    }
    nothing = invoke("pack", "search", "nothing like it")
    assert (nothing.exit_code, nothing.stdout) == (ExitCode.FAILED, "")
    assert len(invoke("pack", "search", "--json").json_lines) == 4


def test_show_of_a_pack_that_is_not_here(isolated: Path) -> None:
    """It is marked; one that nobody has is an error."""
    write_index(
        isolated / "index.json",
        far={"version": "1.2.0", "description": "Far", "repo_url": "https://h.org/far"},
    )
    assert invoke("pack", "show", "far").stdout == (
        "far 1.2.0 (not installed)\n"
        "Far\n"
        f"index: {isolated}/index.json\n"
        "source: https://h.org/far\n"
        "author: -\n"
        "keywords: -\n"
        "\n"
        "To install it: chatops pack install far\n"
    )
    value = invoke("pack", "show", "far", "--json").json
    assert isinstance(value, dict)
    assert (value["ref"], value["installed"]) == ("far", None)
    result = invoke("pack", "show", "for")
    assert result.exit_code == ExitCode.FAILED
    assert result.stderr == (
        "error: no pack named 'for' is here, and no index has a pack for\nhint: no pack is loaded\n"
    )
    assert install("for").stderr == ("error: no index has a pack for\nhint: did you mean far?\n")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param("{", "is no JSON", id="no JSON"),
        pytest.param("[" * 100_000, "is no JSON", id="deep"),
        pytest.param("[]", "has no object 'packs'", id="a list"),
        pytest.param('{"packs": []}', "has no object 'packs'", id="packs a list"),
        pytest.param(None, "can't be read: No such file or directory", id="none"),
    ],
)
def test_an_index_that_is_none(content: str | None, message: str, isolated: Path) -> None:
    if content is not None:
        (isolated / "index.json").write_text(content)
    result = invoke("pack", "search", "x")
    assert result.exit_code == ExitCode.FAILED
    assert result.stderr.startswith(f"error: the index {isolated}/index.json {message}")


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        pytest.param({}, "it has no repo_url", id="none"),
        pytest.param({"repo_url": "name"}, "its repo_url is none", id="a name"),
        pytest.param({"repo_url": "http://h/a"}, "packs are not fetched by http", id="http"),
        pytest.param({"repo_url": "-u"}, "'-u' is no place to get a pack from", id="option"),
    ],
)
def test_an_entry_that_names_no_place(entry: dict[str, Json], message: str, isolated: Path) -> None:
    write_index(isolated / "index.json", web=entry)
    result = install("web")
    assert result.stderr.startswith(
        f"error: the index {isolated}/index.json says not where web is: {message}"
    )


class Documents:
    """A server of indexes."""

    def __init__(self) -> None:
        self.text = "{}"

    async def answer(self, request: web.Request) -> web.Response:
        """The document, or an error by name."""
        if request.path == "/500":
            return web.Response(status=500)
        return web.Response(text=self.text)


@pytest.fixture
async def server() -> AsyncIterator[tuple[str, Documents]]:
    """The URL of a server, and what it answers."""
    documents = Documents()
    application = web.Application()
    application.router.add_get("/{name}", documents.answer)
    async with TestServer(application) as running:
        yield str(running.make_url("/")), documents


async def test_an_index_of_a_server(
    server: tuple[str, Documents], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first of several wins; one that can't be read keeps none of the others away."""
    url, documents = server
    documents.text = json.dumps({"packs": {"web": {"repo_url": "https://h.org/web"}}})
    found = await read_indexes([f"{url}index.json", f"{url}500", "/none"])
    assert found.get("web").index == f"{url}index.json"
    assert [failure.message.split(" can't")[0] for failure in found.failures] == [
        f"the index {url}500", "the index /none",
    ]  # fmt: skip
    with pytest.raises(InstallError, match="500"):
        found.get("other")
    monkeypatch.setattr("chatops_cli.catalog.installation.index_reading.SIZE_LIMIT", 10)
    large = await read_indexes([f"{url}index.json"])
    assert "is larger than 10 bytes" in large.failures[0].message


async def test_a_server_names_no_places_on_this_machine(server: tuple[str, Documents]) -> None:
    url, documents = server
    places = {"a": "file:///etc", "b": "/etc", "c": "https://h.org/c=v9"}
    documents.text = json.dumps(
        {"packs": {ref: {"repo_url": place, "version": "1"} for ref, place in places.items()}}
    )
    found = await read_indexes([f"{url}index.json"])
    for ref in "ab":
        with pytest.raises(InstallError, match="says not where"):
            source_of(found.get(ref), "")
    assert str(source_of(found.get("c"), "")) == "https://h.org/c=v9"


async def test_an_index_of_another_kind_of_place() -> None:
    found = await read_indexes(["ftp://h/index.json", "http://127.0.0.1:1/index.json"])
    assert found.entries == {}
    assert "is neither a path nor a URL of http(s)" in found.failures[0].message
    assert "packs_index" in str(found.failures[1].hint)
