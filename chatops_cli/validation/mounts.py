"""Whether the modes of files mean something where they are."""

import os
from pathlib import Path

MODELESS = frozenset(
    {"9p", "cifs", "drvfs", "exfat", "fuseblk", "msdos", "ntfs", "ntfs3", "prl_fs", "smb3", "smbfs"}
    | {"vboxsf", "vfat", "virtiofs", "vmhgfs", "fuse.vmhgfs-fuse", "fuse.grpcfuse", "fakeowner"}
)
"""Kinds of file systems on which every file has one mode, whatever is asked for."""
TABLE = Path("/proc/self/mountinfo")


def keeps_modes(path: str, table: Path = TABLE) -> bool:
    """Whether a file's mode is its own; it is taken to be so where there is nothing to ask.

    Args:
        path: A file or folder.
        table: Linux' table of what is mounted.

    Source: Linux, proc_pid_mountinfo(5): the third word is the device, the kind stands behind `-`.
    """
    if os.name != "posix":
        return False
    try:
        device = os.stat(path).st_dev  # noqa: PTH116  # path is text throughout
        lines = table.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return True
    wanted = f"{os.major(device)}:{os.minor(device)}"
    for line in lines:
        before, _, after = line.partition(" - ")
        words, kind = before.split(), after.split()[:1]
        if words[2:3] == [wanted] and kind and kind[0] in MODELESS:
            return False
    return True
