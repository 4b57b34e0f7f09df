"""What a room knows at one time: packs, aliases, settings. A reload makes a new one."""

from dataclasses import field, replace
from typing import TYPE_CHECKING

from chatops_cli.access.decide import AccessRequest, decide
from chatops_cli.access.people import Person, person_of
from chatops_cli.aliases.table import AliasTable
from chatops_cli.catalog.catalog import Catalog
from chatops_cli.errors import SettingsError
from chatops_cli.model.access import Decision, Operation
from chatops_cli.model.action import ActionRef
from chatops_cli.model.alias import Alias
from chatops_cli.model.chat import Message, Principal
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import JsonObject
from chatops_cli.records.accounts import AccountNames
from chatops_cli.rendering.templates import Templates
from chatops_cli.room.address import Addressing
from chatops_cli.settings.values import Settings

if TYPE_CHECKING:
    from chatops_cli.execution.configuration import Site
    from chatops_cli.model.action import Action
    from chatops_cli.model.policy import Policy
    from chatops_cli.room.configuration import Configuration


@frozen
class World:
    """All that messages are understood with; immutable, but for what it keeps ready."""

    settings: Settings
    catalog: Catalog
    table: AliasTable
    templates: Templates
    _names: AccountNames = field(default_factory=AccountNames, repr=False)
    _configurations: dict[str, "Configuration"] = field(default_factory=dict, repr=False)

    @property
    def aliases(self) -> tuple[Alias, ...]:
        """The aliases that are enabled."""
        return tuple(alias for alias in self.catalog.aliases if alias.enabled)

    @property
    def addressing(self) -> Addressing:
        """How people call the bot."""
        return Addressing(name=self.settings.bot_name, prefix=self.settings.bot_prefix)

    def action(self, ref: ActionRef) -> "Action | None":
        """The action of this ref; None where there is none."""
        return self.catalog.action(ref)

    def decide(
        self,
        message: Message,
        action: ActionRef,
        alias_ref: str | None,
        *,
        parameters: JsonObject | None = None,
        operation: Operation = Operation.RUN,
    ) -> Decision:
        """Whether the person who wrote `message` may do this there.

        `parameters` are all that the action gets, bound and unmasked; without them, rules for
        parameters count against it.
        """
        request = self.request(message, action, alias_ref)
        return self.judge(replace(request, parameters=parameters, operation=operation))

    def offers(
        self,
        message: Message,
        action: ActionRef,
        alias_ref: str | None,
        operation: Operation = Operation.RUN,
    ) -> Decision:
        """Whether they may do it with some parameters: for what is shown, not for what is done."""
        return self.judge(self.offer(message, action, alias_ref, operation))

    def offer(
        self,
        message: Message,
        action: ActionRef,
        alias_ref: str | None,
        operation: Operation = Operation.RUN,
    ) -> AccessRequest:
        """What `offers` asks; with the parameters in it, it is asked for what is done."""
        request = self.request(message, action, alias_ref)
        return replace(request, is_offer=True, operation=operation)

    def judge(self, request: AccessRequest) -> Decision:
        """What the settings say to it."""
        return decide(request, self.settings.access)

    def request(self, message: Message, action: ActionRef, alias_ref: str | None) -> AccessRequest:
        """What the access decision is told of a message."""
        return self.request_of(message.principal, message.room, action, alias_ref, message.groups)

    def request_of(
        self,
        principal: Principal,
        room: str,
        action: ActionRef,
        alias_ref: str | None,
        groups: tuple[str, ...] = (),
    ) -> AccessRequest:
        """What the access decision is told of somebody who wants something in a room."""
        return AccessRequest(
            principal=principal,
            room=room,
            action_ref=action,
            alias_ref=alias_ref,
            groups=groups,
            account=self._names.of(self.settings.home, principal),
        )

    def person(self, message: Message) -> Person:
        """Who wrote a message, to the access rules."""
        return self.person_of(message.principal, message.groups)

    def person_of(self, principal: Principal, groups: tuple[str, ...] = ()) -> Person:
        """Who somebody is to the access rules; `groups` are those of the network."""
        account = self._names.of(self.settings.home, principal)
        return person_of(principal, self.settings.access, account=account, groups=groups)

    def policies(self, action_ref: str) -> "tuple[Policy, ...]":
        """The policies that hold for an action: the site's for it, its pack's, the site's patterns.

        All that limit hold; of those that have it tried again, the first.
        """
        site = self.settings.policies
        if not site:
            return self.catalog.policies(action_ref)
        from fnmatch import fnmatchcase

        exact = tuple(policy for policy in site if policy.action_ref == action_ref)
        patterns = tuple(
            policy
            for policy in site
            if policy not in exact and fnmatchcase(action_ref, policy.action_ref)
        )
        return (*exact, *self.catalog.policies(action_ref), *patterns)

    def configuration(self, pack: str) -> "Configuration":
        """The site configuration of a pack, read when it is first asked for, right or wrong."""
        if pack not in self._configurations:
            from chatops_cli.room.configuration import read_configuration

            self._configurations[pack] = read_configuration(
                pack, self.catalog.config_schema(pack), self.settings.config_folder
            )
        return self._configurations[pack]

    def site(self, pack: str) -> "Site":
        """What the actions of a pack run with, as written.

        Raises:
            SettingsError: Its file can't be read, or isn't what the pack's schema permits; all
                that is wrong is named. What runs on half a configuration does half of what is
                meant.
        """
        configuration = self.configuration(pack)
        if configuration.errors:
            raise SettingsError("\n".join(map(str, configuration.errors)))
        return configuration.site
