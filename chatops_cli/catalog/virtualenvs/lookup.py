"""Which interpreter an action of a pack runs in: asked before each, so it costs a few stats."""

import logging
import os
import stat

from chatops_cli.catalog.virtualenvs.generation import Generation, digest_of, link_name, read_name
from chatops_cli.catalog.virtualenvs.requirements import Requirements, read_requirements
from chatops_cli.catalog.virtualenvs.state import State
from chatops_cli.errors import RunnerError
from chatops_cli.model.frozen import frozen

_log = logging.getLogger(__name__)


@frozen
class Found:
    """A pack's environment as it is on disk.

    `python` is its interpreter, None where there is none. `generation` is None for an environment
    that somebody made by hand. `reason` says why it isn't fresh.
    """

    state: State
    reason: str = ""
    python: str | None = None
    generation: Generation | None = None


def find_python(virtualenvs: str | None, ref: str, pack: str) -> str | None:
    """The interpreter of the pack's environment; None for a pack that has and needs none.

    An environment that is older than what it is built of is used, and a line in the log says so.

    Args:
        virtualenvs: The folder of environments, None where there is none.
        ref: The pack's ref.
        pack: The pack's folder.

    Raises:
        RunnerError: The pack has requirements and no environment, or its environment is broken.

    Source: StackStorm, Python runner: without the pack's environment nothing runs. **Ours**: where
    nothing is required, none is needed.
    """
    if virtualenvs is None:
        return None
    requirements = read_requirements(pack)
    found = look(virtualenvs, ref, requirements)
    if found.state is State.MISSING and requirements.is_empty:
        return None
    if found.python is None:
        raise RunnerError(
            f"the virtual environment of the pack '{ref}' {found.reason}", hint=hint_for(ref)
        )
    if found.state is State.STALE:
        _log.warning("virtualenv-stale pack=%s reason=%r; %s", ref, found.reason, hint_for(ref))
    return found.python


def hint_for(ref: str) -> str:
    """What to do about an environment that isn't fresh."""
    return f"run 'chatops pack setup {ref}'"


def look(virtualenvs: str, ref: str, requirements: Requirements) -> Found:
    """The environment of a pack; `base` packages and what is inside of it are not looked at."""
    link = f"{virtualenvs}/{link_name(ref)}"
    generation = None
    try:
        # The generation's own path: a link that is replaced changes nothing for what runs.
        target = os.readlink(link)  # noqa: PTH115  # at each run: text
        generation = read_name(target)
        home = f"{virtualenvs}/{target}" if generation is not None else link
    except FileNotFoundError:
        return Found(state=State.MISSING, reason="has not been built")
    except OSError:  # no link
        home = link
    python = f"{home}/bin/python"
    missing = _missing(python, f"{home}/pyvenv.cfg")
    if missing is not None:
        reason = f"is broken: {missing} is missing"
        return Found(state=State.BROKEN, reason=reason, generation=generation)
    if generation is None:
        return Found(state=State.MANUAL, reason="was made by hand", python=python)
    if generation.digest != digest_of(requirements):
        reason = "is older than the pack's requirements or the Python that runs chatops"
        return Found(state=State.STALE, reason=reason, python=python, generation=generation)
    return Found(state=State.FRESH, python=python, generation=generation)


def _missing(*paths: str) -> str | None:
    """The first of these that is no file, with what a link that leads nowhere leads to."""
    for path in paths:
        try:
            is_file = stat.S_ISREG(os.stat(path).st_mode)  # noqa: PTH116  # at each run: text
        except OSError:
            is_file = False
        if not is_file:
            target = os.path.realpath(path)
            return target if os.path.islink(path) else path  # noqa: PTH114  # the same
    return None
