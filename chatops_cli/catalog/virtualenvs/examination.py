"""How the environment of a pack stands, looked at with more care than before each action."""

from chatops_cli.catalog.virtualenvs.generation import base_digest_of
from chatops_cli.catalog.virtualenvs.lookup import look
from chatops_cli.catalog.virtualenvs.needs import imports_base
from chatops_cli.catalog.virtualenvs.requirements import Requirements, read_requirements
from chatops_cli.catalog.virtualenvs.site import Site
from chatops_cli.catalog.virtualenvs.state import State
from chatops_cli.model.frozen import frozen


@frozen
class Examined:
    """A pack's environment: how it stands, why, its interpreter, and what the pack asks for."""

    ref: str
    state: State
    reason: str
    python: str | None
    requirements: Requirements


def examine(ref: str, pack: str, site: Site) -> Examined:
    """How the environment of the pack in that folder stands; nothing is started for it."""
    requirements = read_requirements(pack)
    found = look(str(site.folder), ref, requirements)
    state, reason = found.state, found.reason
    generation = found.generation
    if state is State.FRESH and generation and generation.base != base_digest_of(site.base):
        state, reason = State.STALE, "holds other base packages than the settings name"
    if state in {State.MISSING, State.BROKEN} and not _is_needed(requirements, pack, site):
        state, reason = State.NONE, "is not needed"
    return Examined(
        ref=ref, state=state, reason=reason, python=found.python, requirements=requirements
    )


def _is_needed(requirements: Requirements, pack: str, site: Site) -> bool:
    return not requirements.is_empty or imports_base(pack, site.base)
