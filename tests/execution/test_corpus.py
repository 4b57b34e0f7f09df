"""Every action of the real packs can be bound, or the message says what its pack got wrong."""

import collections
from collections.abc import Mapping

from chatops_cli.catalog.catalog import open_catalog
from chatops_cli.errors import ParameterError, RunnerError
from chatops_cli.execution.merging import chat_settable
from chatops_cli.execution.parameters import Binder
from chatops_cli.model.action import Action, Parameter
from chatops_cli.model.json import Json
from chatops_cli.rendering.templates import Templates
from chatops_cli.runners.registry import find_runner
from tests.support.parameters import FakeDatastore
from tests.support.shared import CORPUS, needs_corpus

TYPED: dict[str | None, Json] = {
    "array": "a,b",
    "boolean": "true",
    "integer": "1",
    "number": "1.5",
    "object": '{"a": 1}',
    "string": "x",
    None: "x",
}

# What these packs say of a default isn't so, and StackStorm refuses to run them as well.
WRONG_DEFAULTS = {
    "network_essentials.cfg_rate_limiting",
    "orion.drain_poller",
    "slack.admin.users.assign",
    "slack.channels.history",
    "slack.chat.unfurl",
    "slack.conversations.history",
    "slack.conversations.replies",
    "slack.files.list",
    "slack.files.remote.list",
    "slack.groups.history",
    "slack.groups.list",
    "slack.im.history",
    "slack.migration.exchange",
    "slack.mpim.history",
    "slack.rtm.connect",
    "stackstorm_openstack.project.search.by.regex",
}


def typed(action: Action, runner: Mapping[str, Parameter]) -> dict[str, Json]:
    """What someone may type for what is required, by the action or by its runner."""
    return {
        p.name: p.enum[0] if p.enum else '[{"filter": "a"}]' if of_objects(p) else TYPED[p.type]
        for p in {**runner, **action.parameters}.values()
        if p.required and not p.immutable and not p.default
    }


def of_objects(parameter: Parameter) -> bool:
    items = parameter.schema.get("items")
    return parameter.type == "array" and isinstance(items, dict) and items.get("type") == "object"


def parameters_of(runner: str) -> Mapping[str, Parameter]:
    try:
        return find_runner(runner).PARAMETERS
    except RunnerError:
        return {}


@needs_corpus
def test_all_actions_can_be_bound() -> None:
    binder = Binder(Templates())
    everything = FakeDatastore(collections.defaultdict(lambda: "1"))
    refused: dict[str, str] = {}
    bound = 0
    for action in open_catalog([CORPUS], cache=None).actions():
        runner = parameters_of(action.runner_type)
        context: dict[str, Json] = {"api_user": "alice", "user": "alice", "pack": action.pack}
        try:
            result = binder.bind(
                action, runner, typed(action, runner), context=context, datastore=everything
            )
        except ParameterError as error:
            refused[action.ref] = error.message
            continue
        bound += 1
        assert result.all.keys() == {*action.parameters, *runner}
        settable = chat_settable(action, None, runner)
        assert settable.isdisjoint(runner)
        assert settable.isdisjoint(result.secrets)
    assert bound > 1500
    of_defaults = {ref for ref, message in refused.items() if ": the default of" in message}
    assert of_defaults <= WRONG_DEFAULTS
    unrendered = {ref: m for ref, m in refused.items() if ref not in of_defaults}
    # Defaults that need a parent execution, a configuration, or a value of another kind.
    assert all("can't be rendered" in message for message in unrendered.values()), unrendered
    assert len(unrendered) < 12
