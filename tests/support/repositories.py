"""Git repositories with a pack in them, made by git itself; nobody's configuration shows."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.support.packs import write_pack

_ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    **{
        f"GIT_{who}_{what}": "a@b.c"
        for who in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    },
}


def git(folder: Path, *arguments: str) -> str:
    """What git answers in a folder."""
    done = subprocess.run(
        ["git", "-C", str(folder), *arguments],
        env=_ENVIRONMENT,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def commit(folder: Path, *tags: str) -> str:
    """All that is in the folder is committed, and tagged; the commit. It becomes a repository."""
    if not (folder / ".git").exists():
        git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message=c")
    for tag in tags:
        git(folder, "tag", tag)
    return git(folder, "rev-parse", "HEAD")


def write_repository(
    root: Path, ref: str, files: Mapping[str, str | bytes] | None = None, *tags: str
) -> Path:
    """A repository ``stackstorm-REF`` with a pack in it, committed."""
    pack = write_pack(root, f"stackstorm-{ref}", {"pack.yaml": manifest(ref), **(files or {})})
    commit(pack, *tags)
    return pack


def manifest(ref: str, version: str = "1.0.0", *dependencies: str) -> str:
    """A good ``pack.yaml``."""
    more = "".join(f"  - {each}\n" for each in dependencies)
    listed = f"dependencies:\n{more}" if more else ""
    return f"ref: {ref}\nname: {ref}\ndescription: d\nversion: {version}\nauthor: a\n{listed}"
