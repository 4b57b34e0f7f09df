"""Where a pack comes from, as people write it."""

from pathlib import Path

import pytest

from chatops_cli.catalog.installation.source import Kind, Source, read_source
from chatops_cli.errors import InstallError
from tests.support.packs import write_pack
from tests.support.repositories import git, write_repository


@pytest.mark.parametrize(
    ("text", "kind", "location", "revision"),
    [
        pytest.param("https://h.org/a/b.git", "git", "https://h.org/a/b.git", "", id="https"),
        pytest.param("https://h.org/a/b=v1.0", "git", "https://h.org/a/b", "v1.0", id="="),
        pytest.param("https://h.org/a/b@v1.0", "git", "https://h.org/a/b", "v1.0", id="@"),
        pytest.param("https://h.org/a/b=f/x", "git", "https://h.org/a/b", "f/x", id="branch"),
        pytest.param("ssh://git@h:22/a/b.git", "git", "ssh://git@h:22/a/b.git", "", id="ssh"),
        pytest.param("git@h.org:a/b.git", "git", "git@h.org:a/b.git", "", id="scp"),
        pytest.param("git@h.org:a/b.git@v1", "git", "git@h.org:a/b.git", "v1", id="scp at"),
        pytest.param("git://h.org/a/b", "git", "git://h.org/a/b", "", id="git"),
        pytest.param("file:///srv/a", "git", "file:///srv/a", "", id="file"),
        pytest.param("owner/x", "git", "https://github.com/owner/x", "", id="short"),
        pytest.param("owner/x=1.2.0", "git", "https://github.com/owner/x", "1.2.0", id="short ="),
        pytest.param("github", "name", "github", "", id="name"),
        pytest.param("github=1.2.0", "name", "github", "1.2.0", id="name ="),
        pytest.param("github@main", "name", "github", "main", id="name @"),
    ],
)  # fmt: skip
def test_what_is_meant(text: str, kind: str, location: str, revision: str, tmp_path: Path) -> None:
    assert read_source(text, base=tmp_path) == Source(
        kind=Kind(kind), location=location, revision=revision
    )


def test_what_is_there_is_a_path(tmp_path: Path) -> None:
    """A folder beside whom it is asked for comes before any name; a file is an archive."""
    pack = write_pack(tmp_path, "github")
    (tmp_path / "p.tgz").touch()
    folder = Source(kind=Kind.FOLDER, location=str(pack))
    assert read_source("github", base=tmp_path) == folder
    assert read_source(f"{pack}/", base=Path("/")) == folder
    archive = Source(kind=Kind.ARCHIVE, location=str(tmp_path / "p.tgz"))
    assert read_source("./p.tgz", base=tmp_path) == archive


def test_a_revision_of_a_folder_is_what_git_has_there(tmp_path: Path) -> None:
    pack = write_repository(tmp_path, "x", None, "v1")
    wanted = Source(kind=Kind.GIT, location=str(pack), revision="v1")
    assert read_source("./stackstorm-x=v1", base=tmp_path) == wanted
    assert read_source("stackstorm-x", base=tmp_path, revision="v1") == wanted
    git(tmp_path, "clone", "--quiet", "--bare", str(pack), "bare.git")
    bare = Source(kind=Kind.GIT, location=str(tmp_path / "bare.git"))
    assert read_source("bare.git", base=tmp_path) == bare


def test_credentials_are_taken_out_of_what_is_shown(tmp_path: Path) -> None:
    source = read_source("https://me:hunt%40er2@h.org:8443/a.git=v1", base=tmp_path)
    assert source.credentials == "me:hunt@er2"
    assert source.location == "https://h.org:8443/a.git"
    assert "hunt" not in f"{source} {source!r}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("", "'' is no place to get a pack from", id="nothing"),
        pytest.param("-u", "'-u' is no place to get a pack from", id="option"),
        pytest.param("a b", "'a b' is no place to get a pack from", id="space"),
        pytest.param("./no", "./no does not exist", id="no path"),
        pytest.param("no.tar.gz", "no.tar.gz does not exist", id="no archive"),
        pytest.param("~nobody_is_this/x", "'~nobody_is_this/x' is no place", id="no home"),
        pytest.param("http://h/a", "packs are not fetched by http", id="http"),
        pytest.param("ext::sh -c x", "'ext::sh -c x' is no place", id="ext"),
        pytest.param("ftp://h/a", "packs are not fetched by ftp", id="ftp"),
        pytest.param("https://h/a?token=s3cret", "https://h/a", id="query"),
        pytest.param("https:///a", "https:///a is no URL of a git repository", id="no host"),
        pytest.param("https://h/", "https://h/ is no URL of a git repository", id="no path in it"),
        pytest.param("https://h:x/a", "that URL can't be read", id="port"),
        pytest.param("ssh://-oProxyCommand=x/a", "ssh://-oProxyCommand=x/a is no URL", id="host -"),
        pytest.param("ssh://-x@h/a", "ssh://h/a is no URL", id="user -"),
        pytest.param("ssh://me:hunter2@h/a", "ssh takes no password in ssh://h/a", id="password"),
        pytest.param("git://me@h/a", "git takes no password in git://h/a", id="user"),
        pytest.param("file://h/a", "a file URL is file:///path", id="file host"),
        pytest.param("https://h/a.tar.gz", "https://h/a.tar.gz is an archive", id="archive"),
        pytest.param("me:hunter2@h/a", "'h/a' is no place", id="no scheme"),
        pytest.param("git@-h:a", "'git@-h:a' is no place", id="scp -"),
        pytest.param("a@h:-b", "'a@h:-b' is no place", id="scp path -"),
    ],
)
def test_what_is_refused(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(InstallError) as caught:
        read_source(text, base=tmp_path)
    assert caught.value.message.startswith(message)
    assert "hunter2" not in f"{caught.value} {caught.value.hint}"


def test_revisions_that_are_refused(tmp_path: Path) -> None:
    pack = write_pack(tmp_path, "plain")
    (tmp_path / "a.tar").touch()
    for text, revision, message in (
        ("x", "--upload-pack=x", "'--upload-pack=x' is no branch, tag, version or commit"),
        ("x", "a..b", "'a..b' is no branch, tag, version or commit"),
        ("x=1", "2", "two revisions are named, 1 and 2"),
        (str(pack), "v1", f"{pack} is no git repository, so it has no revision v1"),
        ("a.tar", "v1", f"{tmp_path}/a.tar is a file, so it has no revision v1"),
    ):
        with pytest.raises(InstallError) as caught:
            read_source(text, base=tmp_path, revision=revision)
        assert caught.value.message == message
