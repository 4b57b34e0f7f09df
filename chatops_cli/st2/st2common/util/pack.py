"""A pack's own description. Source: StackStorm, `st2common.util.pack`."""

from _chatops_missing import names_of

from ..constants.pack import MANIFEST_FILE_NAME

__getattr__ = names_of(__name__)

TYPE_CHECKING = False  # importing `typing` takes longer than all of this
if TYPE_CHECKING:
    from typing import Any


def get_pack_metadata(pack_dir: str) -> "dict[str, Any]":
    """What the `pack.yaml` in the folder says.

    Raises:
        ValueError: It isn't there, or is no mapping.
    """
    import os

    import yaml

    path = os.path.join(pack_dir, MANIFEST_FILE_NAME)
    if not os.path.isfile(path):
        raise ValueError(f"the folder {pack_dir} has no {MANIFEST_FILE_NAME}")
    with open(path, "rb") as file:
        found = yaml.safe_load(file)  # noqa: TID251  # a pack's interpreter has no other reader
    if not isinstance(found, dict):
        raise ValueError(f"{path} is no mapping")  # noqa: TRY004  # the other error is one, too
    return found


def get_pack_ref_from_metadata(
    metadata: "dict[str, Any]", pack_directory_name: "str | None" = None
) -> str:
    """The pack's ref: its own, else its folder's name or its name, where that may be one.

    Raises:
        ValueError: Neither may.
    """
    import re

    if metadata.get("ref"):
        return str(metadata["ref"])
    for name in (pack_directory_name, metadata.get("name")):
        if name and re.fullmatch("[a-z0-9_]+", str(name)):
            return str(name)
    raise ValueError(f"the pack '{metadata.get('name')}' needs a ref in its {MANIFEST_FILE_NAME}")
