"""What a message would start, worked out without any effect."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from chatops_cli.access.decide import LOCAL
from chatops_cli.aliases.outcome import Matched, Outcome
from chatops_cli.errors import ChatOpsError, NotFoundError
from chatops_cli.execution.addresses import address_secrets
from chatops_cli.execution.casting import CastError, cast
from chatops_cli.execution.engine import Engine, Prepared, Request
from chatops_cli.execution.masking import Masker
from chatops_cli.execution.merging import merge
from chatops_cli.execution.secrecy import schemas_of, secret_values
from chatops_cli.model.access import Decision
from chatops_cli.model.action import Action, ActionRef
from chatops_cli.model.alias import Alias
from chatops_cli.model.chat import Message, Principal
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.model.trace import UNTRACED, Tracer
from chatops_cli.room.tracing import deciding, matching, tell_match, tell_step
from chatops_cli.room.world import World
from chatops_cli.runners.registry import find_runner


@frozen
class Step:
    """One execution that a message would start.

    It can be run where `prepared` is there: then the decision was yes. `refusal` says what else
    keeps it from running. `given` are the parameters as typed, `masker` masks what is secret.
    `bound` are those that the decision looked at, unmasked; None where they weren't bound.
    """

    action_ref: ActionRef
    given: JsonObject
    decision: Decision
    masker: Masker
    alias: Alias | None = None
    prepared: Prepared | None = None
    refusal: ChatOpsError | None = None
    bound: JsonObject | None = None

    @property
    def timeout(self) -> float | None:
        """Seconds after which it will be ended, None where nothing limits it."""
        return self.prepared.limit if self.prepared is not None else None

    def masked_parameters(self) -> dict[str, Json]:
        """The parameters for eyes and records: all that are bound, or else those typed."""
        if self.prepared is not None:
            return self.prepared.masked_parameters()
        return self.masker.parameters(self.given)


@frozen
class Plan:
    """What a command means, and the executions it would start: none, one, or several."""

    command: str
    outcome: Outcome
    steps: tuple[Step, ...] = ()

    def masked_text(self, text: str) -> str:
        """The message without the secrets that its steps know of."""
        for step in self.steps:
            text = step.masker.text(text)
        return text


class Planner:
    """Makes plans in one world.

    `timeout` is in seconds, what the person allows; `tracer` is told of the match and of decisions.
    """

    def __init__(
        self,
        *,
        world: World,
        engine: Engine,
        new_id: Callable[[], str],
        timeout: float | None = None,
        tracer: Tracer = UNTRACED,
    ) -> None:
        self._tracer = tracer
        self._world = world
        self._engine = engine
        self._new_id = new_id
        self._timeout = timeout

    def plan(self, message: Message, command: str) -> Plan:
        """What `command`, the message without the bot's name, would start."""
        with matching(self._tracer) as span:
            outcome = self._world.table.match(command)
            tell_match(span, outcome)
        steps: tuple[Step, ...] = ()
        if isinstance(outcome, Matched):
            alias = outcome.alias
            steps = tuple(
                self.step(message, alias.action_ref, given, alias=alias)
                for given in outcome.parameters
            )
        return Plan(command=command, outcome=outcome, steps=steps)

    def step(
        self,
        message: Message,
        ref: ActionRef,
        given: Mapping[str, Json] | Mapping[str, str | None],
        *,
        alias: Alias | None = None,
    ) -> Step:
        """One execution of an action, decided and, where that says yes, prepared."""
        with deciding(self._tracer, ref, alias) as span:
            step = self._step(message, ref, given, alias)
            tell_step(span, step)
            return step

    def _step(
        self,
        message: Message,
        ref: ActionRef,
        given: Mapping[str, Json] | Mapping[str, str | None],
        alias: Alias | None,
    ) -> Step:
        values: dict[str, Json] = dict(given)
        alias_ref = alias.ref if alias else None
        # Who may not run it with any parameters isn't told what is wrong with these.
        # Who asks is looked up once for both decisions: on disk are the accounts.
        offer = self._world.offer(message, ref, alias_ref)
        decision = self._world.judge(offer)
        action = self._world.catalog.action(ref)
        prepared, refusal = None, None
        masker, bound = None, None
        if decision.allowed:
            try:
                prepared = self._engine.prepare(self._request(message, ref, values, action, alias))
            except ChatOpsError as error:
                refusal = error
        if prepared is not None:
            masker, bound = prepared.masker, prepared.bound.all
            decision = self._world.judge(replace(offer, is_offer=False, parameters=bound))
        if not decision.allowed:
            prepared = None
        return Step(
            action_ref=ref,
            given=values,
            decision=decision,
            masker=masker or masker_of(action, values),
            alias=alias,
            prepared=prepared,
            refusal=refusal,
            bound=bound,
        )

    def _request(
        self,
        message: Message,
        ref: ActionRef,
        given: dict[str, Json],
        action: Action | None,
        alias: Alias | None,
    ) -> Request:
        if action is None:
            raise missing_action(ref, alias)
        return Request(
            id=self._new_id(),
            action=action,
            given=given,
            fixed=alias.immutable_parameters if alias else {},
            context=context_of(message, alias),
            alias_ref=alias.ref if alias else None,
            timeout=self._timeout,
            site=self._world.site(action.pack),
            owner=owner_of(message.principal),
            queue=alias.queue if alias else "",
        )


def owner_of(principal: Principal) -> str:
    """Whose part of the datastore a person's is: no two people share one.

    In a terminal it is the plain name; ids of chat networks, which may repeat from one network to
    the next, go with their network and workspace.
    """
    return principal.user if principal.network == LOCAL else str(principal)


def context_of(message: Message, alias: Alias | None) -> dict[str, Json]:
    """What an action learns of where it was asked for.

    Source: StackStorm, ``aliasexecution``: ``api_user`` is who typed, ``user`` the account.
    """
    context: dict[str, Json] = {
        "api_user": message.principal.display,
        "user": message.principal.user,
        "source_channel": message.room,
    }
    if alias is not None:
        context["action_alias_ref"] = {"name": alias.name, "pack": alias.pack, "ref": alias.ref}
    return context


def missing_action(ref: ActionRef, alias: Alias | None) -> NotFoundError:
    """The error of an action that isn't in the catalog."""
    if alias is None:
        return NotFoundError(f"no action named {ref!r}", hint="see 'chatops action list'")
    return NotFoundError(
        f"the alias {alias.ref} runs the action {ref}, which does not exist",
        hint=f"correct action_ref in {alias.place.file}",
    )


def masker_of(action: Action | None, given: Mapping[str, Json]) -> Masker:
    """What masks typed values that the action calls secret, where nothing was bound.

    Nobody can say which values of an action that isn't there are secret, so all of them are.
    """
    if action is None:
        return Masker(given.values(), {name: {"secret": True} for name in given})
    try:
        schemas = schemas_of(merge(action, find_runner(action.runner_type).PARAMETERS).parameters)
    except ChatOpsError:
        # What can't be run can be masked all the same, by what the action itself says.
        schemas = schemas_of(action.parameters)
    return Masker((*typed_secrets(given, schemas), *address_secrets(dict(given))), schemas)


def typed_secrets(given: Mapping[str, Json], schemas: Mapping[str, JsonObject]) -> Iterator[Json]:
    """The secret parts of typed values: an object with a secret in it is typed as its JSON.

    Of a text that can't be read nobody can say which part is the secret, so all of it is.
    """
    for name, value in given.items():
        schema = schemas.get(name)
        if schema is None or value is None:
            continue
        try:
            read = cast(value, schema)
        except CastError:
            read = value
        yield from secret_values({name: read}, {name: schema})
        if isinstance(read, str) or schema.get("secret") is True:
            yield value
