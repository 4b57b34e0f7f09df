"""A new pack to start from: actions in shell and Python, aliases, rehearsals, tests."""

from pathlib import Path

from chatops_cli.catalog.installation.stage import NEW, alone, staging
from chatops_cli.catalog.installation.system import move_new
from chatops_cli.catalog.pack_file import REF
from chatops_cli.errors import ChatOpsError, InstallError
from chatops_cli.records.atomic import sync_folder

TEMPLATE = Path(__file__).parent / "template"
"""Its files; ``.txt`` behind a name is left off, so that nobody takes them for code of ours."""


def create_pack(ref: str, root: Path, *, author: str) -> tuple[Path, ...]:
    """The pack is in ``root/ref``; the paths of its files.

    Raises:
        ChatOpsError: The ref can be none.
        InstallError: Something of that name is there, or it can't be written.
    """
    if not REF.match(ref):
        likely = "".join(c if c.isalnum() and c.isascii() else "_" for c in ref.lower()).strip("_")
        raise ChatOpsError(
            f"{ref!r} is no ref of a pack: lower-case letters, digits and underscores",
            hint=f"take {likely}" if REF.match(likely) else None,
        )
    target = root / ref
    with staging(root) as stage:
        try:
            names = _write(stage / f"{NEW}{ref}", ref, author)
            with alone(root):
                move_new(stage / f"{NEW}{ref}", target)
                sync_folder(root)
        except FileExistsError as error:
            raise InstallError(f"{target} is there already; nothing was written") from error
        except OSError as error:
            raise InstallError(f"{target} can't be written: {error.strerror}") from error
    return tuple(target / name for name in names)


def _write(folder: Path, ref: str, author: str) -> list[str]:
    names = []
    for path in sorted(TEMPLATE.rglob("*")):
        name = str(path.relative_to(TEMPLATE)).replace("@REF@", ref).removesuffix(".txt")
        if path.is_dir():
            continue
        names.append(name)
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        text = path.read_text(encoding="utf-8").replace("@REF@", ref)
        file.write_text(text.replace("@AUTHOR@", author), encoding="utf-8")
        if file.suffix == ".sh":
            file.chmod(0o755)
    return names
