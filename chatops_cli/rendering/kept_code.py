"""What Jinja makes of a template, kept for the processes that come after this one.

Kept is the source in Python that Jinja writes: a process that starts for one message needs neither
read the template nor write that source, which takes longer than all else that it does with Jinja.
"""

import os
import sys
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from jinja2 import Template

    from chatops_cli.rendering.sandbox import Sandbox

KIND = "template"
"""The kind of rows."""


class CodeStore(Protocol):
    """Where rows are kept, by kind and key; a row that is not there is missing in the answer."""

    def get(self, kind: str, keys: Sequence[str]) -> Mapping[str, str]: ...
    def put(self, kind: str, items: Mapping[str, str]) -> None: ...


def template_of(text: str, sandbox: "Sandbox", store: CodeStore) -> "Template":
    """The template of that text; raises what `sandbox.from_string` raises."""
    try:
        key = _key(text, sandbox)
    except OSError:
        return sandbox.from_string(text)
    source = store.get(KIND, [key]).get(key)
    if source is None:
        source = sandbox.compile(text, raw=True)
        store.put(KIND, {key: source})
    code = compile(source, "<template>", "exec")
    return sandbox.template_class.from_code(sandbox, code, sandbox.make_globals(None))


def _key(text: str, sandbox: "Sandbox") -> str:
    """The text, and what has made the source of it: another Jinja, or sandbox, makes another."""
    made_by = [sys.hexversion]
    for module in ("jinja2.compiler", type(sandbox).__module__):
        found = os.stat(str(sys.modules[module].__file__))  # noqa: PTH116  # twice for each run
        made_by += [found.st_mtime_ns, found.st_size]
    whole = f"{made_by}\0{text}".encode("utf-8", "surrogatepass")
    return blake2b(whole, digest_size=16).hexdigest()
