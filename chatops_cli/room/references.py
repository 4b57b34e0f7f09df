"""References that a configuration makes: to the datastore, and to the environment."""

import re

from chatops_cli.execution.site_check import Path
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json
from chatops_cli.rendering.templates import is_template

_STORED = re.compile(
    r"\{\{\s*st2kv\.(?P<scope>system|user)\.(?P<name>\w+(?:\.\w+)*)\s*(?:\|\s*decrypt_kv\s*)?\}\}"
)
_VARIABLE = re.compile(r"\{\{\s*env\.(?P<name>\w+)\s*\}\}")
_NAME = re.compile(r"[A-Za-z_]\w*")


@frozen
class Reference:
    """Where a value stands: `kind` is ``datastore`` or ``environment``.

    `name` is that of the item or the variable, empty where a template says more than a name.
    """

    kind: str
    name: str = ""
    scope: str = "system"


def reference_of(value: Json) -> Reference | None:
    """What a value of a configuration refers to; None where it stands for itself."""
    if not isinstance(value, str) or not is_template(value):
        return None
    text = value.strip()
    if (found := _STORED.fullmatch(text)) is not None:
        return Reference(kind="datastore", name=found["name"], scope=found["scope"])
    if (found := _VARIABLE.fullmatch(text)) is not None:
        return Reference(kind="environment", name=found["name"])
    return Reference(kind="environment" if re.search(r"\benv\b", text) else "datastore")


def stored(name: str, *, is_secret: bool) -> str:
    """The reference to an encrypted item of everybody's.

    A key that the schema calls secret decrypts unasked; StackStorm refuses `decrypt_kv` there.
    """
    return (
        f"{{{{ st2kv.system.{name} }}}}"
        if is_secret
        else f"{{{{ st2kv.system.{name} | decrypt_kv }}}}"
    )


def variable(name: str) -> str:
    """The reference to a variable of the environment."""
    return f"{{{{ env.{name} }}}}"


def is_variable(name: str) -> bool:
    """Whether a variable can have this name."""
    return _NAME.fullmatch(name) is not None


def stored_name(pack: str, path: Path) -> str:
    """A name for the item that holds a value: the pack, and the steps of the path."""
    name = re.sub(r"\W", "_", pack)
    for step in path:
        name += f"_{step}" if isinstance(step, int) else f".{_part(step)}"
    return name


def _part(step: str) -> str:
    plain = re.sub(r"\W", "_", step, flags=re.ASCII)
    return plain if _NAME.fullmatch(plain) else f"_{plain}"
