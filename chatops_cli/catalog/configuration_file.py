"""A configuration file on disk: written as a whole, for its owner alone."""

from chatops_cli.catalog.configuration import SiteFile
from chatops_cli.errors import ChatOpsError
from chatops_cli.reading.file import read_file
from chatops_cli.records.atomic import make_folder, unwritable, write_file


def write_site_file(file: SiteFile, text: str) -> None:
    """The file has this text, on disk, with mode 0600; a reader sees all of the old or the new.

    A symbolic link stays, and what it points to is written. Its folder is made if need be.

    Raises:
        ChatOpsError: It was changed since it was read, or can't be written; then it is as it was.
    """
    path = file.path.resolve()
    there = read_file(str(path), file=str(path)) if path.exists() else None
    if there != file.data:
        raise ChatOpsError(
            f"{file.path} was changed by somebody else meanwhile; nothing was written",
            hint="begin anew",
        )
    try:
        make_folder(path.parent)
        write_file(path, text.encode())
    except OSError as error:
        raise unwritable(
            "the configuration", file.path, error, hint="see to the folder's permissions"
        ) from error
