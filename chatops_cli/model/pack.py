"""A pack: a folder of actions and aliases with a name."""

from dataclasses import dataclass

from chatops_cli.model.problem import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """What `pack.yaml` says. `path` is the absolute folder; `ref` prefixes what the pack holds."""

    ref: str
    name: str
    path: str
    place: Place
    description: str = ""
    version: str = ""
    author: str = ""
    email: str = ""
    keywords: tuple[str, ...] = ()
    python_versions: tuple[str, ...] = ()
    dependencies: tuple[str, ...] = ()
