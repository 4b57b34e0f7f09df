"""Places for environments whose interpreter is a script that only pretends: nothing is installed.

It writes what it was asked for to the file `asked` beside itself. What it does is decided by the
text of the requirements: `fail` fails, `hang` starts a child and waits for its end.
"""

import os
from pathlib import Path

from chatops_cli.catalog.virtualenvs.site import Site
from chatops_cli.model.pack import Pack
from chatops_cli.model.problem import Place
from tests.support.packs import write_pack

_INTERPRETER = """\
#!/bin/sh
here="$(dirname "$(readlink -f "$0")")"
case "$*" in
*"-m venv"*)
  for last; do :; done
  mkdir -p "$last/bin"
  echo "home = /" > "$last/pyvenv.cfg"
  printf '#!/bin/sh\\necho True\\n' > "$last/bin/python"
  chmod +x "$last/bin/python"
  ;;
*install*)
  echo "$@" >> "$here/asked"
  while [ "$1" != "-r" ] && [ $# -gt 0 ]; do shift; done
  case "$(cat "$2" 2>/dev/null)" in
  *hang*) sleep 600 & echo $! > "$here/child"; echo "Collecting hang"; wait ;;
  *fail*)
    i=0; while [ $i -lt 30 ]; do echo "line $i"; i=$((i + 1)); done
    echo "at https://alice:s3cret@example.org/simple and ${TOKEN}"
    echo; exit 4 ;;
  *) echo "Collecting $(head -1 "$2")" ;;
  esac
  ;;
esac
"""


def pretending_site(folder: Path, *, base: tuple[str, ...] = (), **environment: str) -> Site:
    """A site in `folder`, whose environments are made by a script that pretends."""
    folder.mkdir(parents=True, exist_ok=True)
    python = folder / "python"
    python.write_text(_INTERPRETER)
    python.chmod(0o755)
    return Site(
        folder=folder / "virtualenvs",
        base=base,
        environment={"PATH": os.environ["PATH"], **environment},
        python=str(python),
    )


def asked(site: Site) -> list[str]:
    """What the script was asked to install, a line each time."""
    file = Path(site.python).parent / "asked"
    return file.read_text().splitlines() if file.exists() else []


def make_pack(root: Path, ref: str, requirements: str | bytes | None, code: str = "") -> Pack:
    """A pack with these requirements (no file where None), and this code in an action."""
    files: dict[str, str | bytes] = {"actions/act.py": code}
    if requirements is not None:
        files["requirements.txt"] = requirements
    path = write_pack(root, ref, files)
    return Pack(ref=ref, name=ref, path=str(path), place=Place(file="pack.yaml"))


def generations(site: Site) -> list[str]:
    """The names of all environments that lie there, whole or not."""
    return sorted(p.name for p in site.folder.iterdir() if p.is_dir() and not p.is_symlink())
