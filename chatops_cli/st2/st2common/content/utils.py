"""Where packs are on this machine. Source: StackStorm, `st2common.content.utils`.

The program that runs the action says where; without it, as in a pack's own tests, all packs are
thought to be where StackStorm has them.
"""

import os

from _chatops_missing import names_of

__getattr__ = names_of(__name__)

DEFAULT = "/opt/stackstorm/packs"
"""Where StackStorm has packs."""


def get_system_packs_base_path() -> str:
    """The first folder of packs."""
    return get_packs_base_paths()[0]


def get_packs_base_paths() -> "list[str]":
    """The folders that packs are in."""
    found = {os.path.dirname(path): None for path in _paths()}
    return list(found) or [DEFAULT]


def get_pack_base_path(
    pack_name: "str | None", include_trailing_slash: bool = False, use_pack_cache: bool = False
) -> "str | None":
    """The folder of the pack; of one that isn't there, where it would be looked for first."""
    if not pack_name:
        return None
    path = get_pack_directory(pack_name) or os.path.join(get_system_packs_base_path(), pack_name)
    return path + os.sep if include_trailing_slash else path


def get_pack_directory(pack_name: str) -> "str | None":
    """The folder of the pack, None where there is no such pack."""
    found = _paths(pack_name)
    return found[0] if found else None


def check_pack_directory_exists(pack: str) -> bool:
    """Whether there is such a pack."""
    return get_pack_directory(pack) is not None


def check_pack_content_directory_exists(pack: str, content_type: str) -> bool:
    """Whether the pack has a folder of that name, such as ``actions``."""
    path = get_pack_directory(pack)
    return path is not None and os.path.isdir(os.path.join(path, content_type))


def get_pack_file_abs_path(
    pack_ref: str,
    file_path: str,
    resource_type: "str | None" = None,
    use_pack_cache: bool = False,
) -> str:
    """The path of a file of the pack.

    Raises:
        ValueError: `file_path` is no plain path inside the pack.
    """
    base = get_pack_base_path(pack_ref)
    if base is None or os.path.normpath("/" + file_path).lstrip("/") != file_path:
        raise ValueError(f"'{file_path}' is no path inside the pack '{pack_ref}', such as a/b.txt")
    return os.path.join(base, file_path)


def get_pack_resource_file_abs_path(pack_ref: str, resource_type: str, file_path: str) -> str:
    """The path of a file in the pack's folder of actions, sensors or rules.

    Raises:
        ValueError: `resource_type` is none of ``action``, ``sensor``, ``rule``; or see above.
    """
    if resource_type not in ("action", "sensor", "rule"):
        raise ValueError(f"'{resource_type}' is none of: action, sensor, rule")
    return get_pack_file_abs_path(pack_ref, os.path.join(resource_type + "s", file_path))


def get_relative_path_to_pack_file(
    pack_ref: str, file_path: str, use_pack_cache: bool = False
) -> str:
    """The path of a file of the pack, as seen from the pack's folder.

    Raises:
        ValueError: It isn't inside the pack.
    """
    if not os.path.isabs(file_path):
        return file_path
    base, path = get_pack_base_path(pack_ref) or "", os.path.abspath(file_path)
    if not base or os.path.commonpath([base, path]) != base:
        raise ValueError(f"{file_path} is not inside the pack '{pack_ref}' ({base})")
    return os.path.relpath(path, base)


def _paths(pack: "str | None" = None) -> "list[str]":
    """The folder of this pack, or those of all packs."""
    from _chatops_datastore import DatastoreError, ask

    try:
        if pack is not None:
            things = ask(do="find", kind="packs", name=pack)["things"]
        else:
            things = ask(do="select", kind="packs", wanted={}, limit=-1, offset=0)["things"]
    except DatastoreError:
        return [os.path.join(DEFAULT, pack)] if pack and _is_default(pack) else []
    return [thing["path"] for thing in things]


def _is_default(pack: str) -> bool:
    return os.path.isdir(os.path.join(DEFAULT, pack))
