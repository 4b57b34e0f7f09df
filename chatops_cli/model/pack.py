"""A pack: a folder of actions and aliases with a name."""

from chatops_cli.model.frozen import frozen
from chatops_cli.model.problem import Place


@frozen
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
