"""What a transcript says before its first line: who is there, what holds, what actions answer."""

from collections.abc import Mapping
from dataclasses import field, replace
from datetime import UTC, datetime

from chatops_cli.model.access import AccessPolicy
from chatops_cli.model.chat import Principal
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import JsonObject
from chatops_cli.model.problem import Place
from chatops_cli.rehearsal.rough import Roughness
from chatops_cli.rehearsal.stub import Stub

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
"""The time at which a rehearsal begins, unless it says another: a Monday morning."""


@frozen
class Person:
    """Somebody in the room; `roles` are given beside those that the settings give."""

    principal: Principal
    roles: tuple[str, ...] = ()


@frozen
class Named:
    """An action, alias or folder that the front matter names under the key `key`, and where."""

    key: str
    ref: str
    place: Place


@frozen
class Front:
    """The front matter. `is_strict_cast`: only `people` may speak, as it names any.

    `start` and `step` are the clock: each look at it is `step` seconds later than the one before.
    `packs` are folders as written, relative to the file. `overrides` are fields of the settings
    with the values that hold in this rehearsal. `configs` are site configurations by pack, and
    `values` what the datastore holds at the start. `allowed` are actions that really run;
    `keeps_results` has real results kept beside the file. `enabled` are refs of aliases that are
    on, whatever their files say. `named` are all these.
    """

    description: str = ""
    people: Mapping[str, Person] = field(default_factory=dict)
    start: datetime = START
    step: float = 0.0
    packs: tuple[str, ...] = ()
    overrides: Mapping[str, object] = field(default_factory=dict)
    configs: Mapping[str, JsonObject] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    stubs: tuple[Stub, ...] = ()
    allowed: tuple[str, ...] = ()
    enabled: tuple[str, ...] = ()
    named: tuple[Named, ...] = ()
    keeps_results: bool = False
    roughness: Roughness | None = None

    @property
    def is_strict_cast(self) -> bool:
        """Whether a name that isn't among the people is a mistake."""
        return bool(self.people)

    def policy(self, access: AccessPolicy) -> AccessPolicy:
        """The access rules, with the roles that people are given here."""
        roles = dict(access.roles)
        for person in self.people.values():
            for role in person.roles:
                roles[role] = (*roles.get(role, ()), str(person.principal))
        return replace(access, roles=roles)
