"""What follows when an execution has ended: routes are served, rules are followed."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from chatops_cli.model.access import AccessPolicy, AccessRule, Effect
from chatops_cli.model.action import ActionRef
from chatops_cli.model.chat import Reply
from chatops_cli.model.json import Json
from chatops_cli.model.problem import Place
from chatops_cli.model.route import RoomRoute
from chatops_cli.records.reader import records
from chatops_cli.room.opening import open_datastore, open_room
from chatops_cli.settings.load import bundled_packs
from chatops_cli.settings.values import Settings
from tests.support.chat import make_message
from tests.support.packs import write_pack

GO_REF = ActionRef("p.go")
GO = """\
name: go
runner_type: local-shell-cmd
parameters:
  cmd: {default: "echo hello"}
  word: {type: string, secret: true}
"""
RULE = """\
name: follow
enabled: true
trigger: {type: core.st2.generic.notifytrigger}
criteria:
  trigger.route: {type: equals, pattern: ruled}
action:
  ref: core.echo
  parameters: {message: "{{ trigger.message }}"}
"""


@dataclass
class Stage:
    """A room over packs that a test writes, and all that it does."""

    work: Path
    settings: Settings
    told: list[str] = field(default_factory=list)
    said: list[Reply] = field(default_factory=list)

    def write(self, files: Mapping[str, str]) -> None:
        write_pack(self.work / "packs", "p", files)

    async def post(self, reply: Reply) -> None:
        self.said.append(reply)

    def run(self, *, limit: float | None = None, **given: Json) -> list[Reply]:
        """The replies to the action ``p.go``; all that follows is over."""

        async def work() -> list[Reply]:
            room = open_room(
                self.settings, operator=None, warn=self.told.append, lasts=False, post=self.post
            )
            talk = room.run_action(make_message("x"), GO_REF, given, timeout=limit)
            replies = [reply async for reply in talk]
            await room.settle()
            return replies

        return asyncio.run(work())

    def events(self, *names: str) -> list[Mapping[str, Json]]:
        """The fields of the events of these names on record, in order."""
        folder = self.settings.home / "audit"
        return [record.fields for record in records(folder) if record.event in names]

    def executions(self) -> list[Mapping[str, Json]]:
        return self.events("execution.requested")

    def parameters(self) -> list[dict[str, Json]]:
        """Those of all executions."""
        found = [execution["parameters"] for execution in self.executions()]
        return [parameters for parameters in found if isinstance(parameters, dict)]


@pytest.fixture
def stage(isolated: Path) -> Stage:
    settings = Settings(
        home=isolated / "home",
        roots=(isolated / "packs", bundled_packs()),
        routes={"ops": RoomRoute(room="#ops")},
    )
    return Stage(isolated, settings)


def notify(event: str, more: str, routes: str = "[ops]") -> str:
    return f"{GO}notify:\n  {event}: {{routes: {routes}, {more}}}\n"


# Notify sections


@pytest.mark.parametrize(
    ("event", "cmd", "expected"),
    [
        ("on-complete", "true", ["Action p.go completed."]),
        ("on-complete", "false", ["Action p.go completed."]),
        ("on-success", "true", ["Action p.go succeeded."]),
        ("on-success", "false", []),
        ("on-failure", "true", []),
        ("on-failure", "false", ["Action p.go failed."]),
    ],
)
def test_each_event_has_its_time(stage: Stage, event: str, cmd: str, expected: list[str]) -> None:
    stage.write({"actions/go.yaml": notify(event, "data: {}")})
    stage.run(cmd=cmd)
    assert [reply.text for reply in stage.said] == expected


def test_a_timeout_is_a_failure(stage: Stage) -> None:
    stage.write({"actions/go.yaml": notify("on-failure", "data: {}")})
    stage.run(cmd="sleep 9", limit=0.1)
    assert [str(reply.status) for reply in stage.said] == ["timeout"]


def test_templates_see_the_execution_and_no_secret(stage: Stage) -> None:
    message = (
        "{{ action_parameters.word }} {{ action_context.api_user }} {{ action_results.stdout }}"
        " {{ st2kv.system.place }} {{ st2kv.system.key | decrypt_kv }}"
    )
    open_datastore(stage.settings).set("system", "place", "here", None, ttl=None, encrypt=False)
    open_datastore(stage.settings).set("system", "key", "k3y-k3y", None, ttl=None, encrypt=False)
    stage.write({"actions/go.yaml": notify("on-success", f'message: "{message}"')})
    stage.run(cmd="echo the hidden word", word="hidden")
    (reply,) = stage.said
    assert reply.text == "******** alice the ******** word here ********"


def test_a_template_that_can_not_be_rendered_is_told_and_stays(stage: Stage) -> None:
    stage.write({"actions/go.yaml": notify("on-success", "message: 'a {{ nothing.x }}'")})
    (reply,) = stage.run()
    assert [said.text for said in stage.said] == ["a {{ nothing.x }}"]
    (event,) = stage.events("notification.failed")
    assert str(event["error"]).startswith("notify of p.go can't be rendered: ")
    assert str(reply.status) == "succeeded"


def test_a_route_that_nobody_knows(stage: Stage) -> None:
    """It changes neither the answer nor what else is told."""
    stage.write({"actions/go.yaml": notify("on-success", "data: {}", "[nowhere, ops]")})
    stage.run()
    assert len(stage.said) == 1
    (told,) = stage.told
    assert told.startswith("nobody knows the route nowhere")
    names = ["notification.sent", "notification.failed"]
    assert sorted(str(e["route"]) for e in stage.events(*names)) == ["nowhere", "ops"]


def test_an_action_that_says_nothing_sets_nothing_off(stage: Stage) -> None:
    stage.write({"actions/go.yaml": GO, "rules/r.yaml": RULE})
    stage.run()
    assert (stage.told, stage.said, len(stage.executions())) == ([], [], 1)


# Rules


def test_a_rule_has_its_action_run_for_the_person(stage: Stage) -> None:
    stage.write(
        {
            "actions/go.yaml": notify("on-success", "message: '{{ 1 + 1 }} done'", "[ruled]"),
            "rules/r.yaml": RULE,
        }
    )
    stage.run()
    first, second = stage.executions()
    assert stage.told == []
    assert (second["action"], second["parent"]) == ("core.echo", first["execution_id"])
    assert second["principal"] == first["principal"]
    assert stage.parameters()[1]["message"] == "2 done"
    assert second["message_id"] is None
    assert str(second["reason"]).endswith("; the rule p.follow asks for it")


def test_what_the_payload_holds_is_never_a_template(stage: Stage) -> None:
    """Whoever writes what an action prints can't read the datastore through a rule."""
    action = notify("on-success", "message: '{{ action_results.stdout }}'", "[ruled]")
    stage.write({"actions/go.yaml": action, "rules/r.yaml": RULE})
    stage.run(cmd="echo '{{ st2kv.system.key }}'")
    assert stage.parameters()[1]["message"] == "{{ st2kv.system.key }}"


def test_values_keep_their_types(stage: Stage) -> None:
    take = """\
    name: take
    runner_type: local-shell-cmd
    parameters:
      cmd: {default: "true"}
      all: {type: object}
      inner: {type: object}
      items: {type: array}
    """
    rule = RULE.replace("core.echo", "p.take").replace(
        '{message: "{{ trigger.message }}"}',
        '{all: "{{ trigger }}", inner: {it: "{{trigger}}"}, items: "{{ trigger.data.rows }}"}',
    )
    action = notify("on-success", "data: {rows: [1, two]}", "[ruled]")
    stage.write({"actions/go.yaml": action, "actions/take.yaml": take, "rules/r.yaml": rule})
    stage.run()
    parameters = stage.parameters()[1]
    payload = parameters["all"]
    assert isinstance(payload, dict)
    assert parameters["inner"] == {"it": payload}
    assert parameters["items"] == [1, "two"]
    assert payload["route"] == payload["channel"] == "ruled"
    assert [*payload] == [
        *("message", "data", "execution_id", "status", "start_timestamp", "end_timestamp"),
        *("action_ref", "runner_ref", "route", "channel"),
    ]


def test_every_execution_can_set_a_rule_off_and_rules_come_to_an_end(stage: Stage) -> None:
    """A rule on all executions is followed for what it runs, too, and three times at most."""
    rule = """\
    name: always
    enabled: true
    trigger: {type: core.st2.generic.actiontrigger}
    action: {ref: core.echo, parameters: {message: "{{ trigger.action_ref }}"}}
    """
    stage.write({"actions/go.yaml": GO, "rules/r.yaml": rule})
    stage.run()
    messages = [parameters["message"] for parameters in stage.parameters()[1:]]
    assert messages == ["p.go", "core.echo", "core.echo"]
    (told,) = stage.told
    assert told.startswith("the rule p.always is not followed: rules have led to rules 3 times")


def test_only_rules_that_are_enabled_and_fit(stage: Stage) -> None:
    stage.write(
        {
            "actions/go.yaml": notify("on-success", "data: {}", "[ruled, ops]"),
            "rules/a.yaml": RULE.replace("enabled: true", "enabled: false"),
            "rules/b.yaml": RULE.replace("follow", "other").replace("pattern: ruled", "pattern: x"),
            "rules/c.yaml": RULE.replace("follow", "hook").replace(
                "core.st2.generic.notifytrigger", "core.st2.webhook"
            ),
            "rules/d.yaml": RULE.replace("follow", "broken").replace(
                "equals, pattern: ruled", "lessthan, pattern: 1"
            ),
        }
    )
    stage.run()
    assert len(stage.executions()) == 1
    failed = stage.events("notification.failed")
    assert [event["rule"] for event in failed] == ["p.broken", None, "p.broken"]
    assert str(failed[0]["error"]).startswith(
        "the rule p.broken does not fit: the criterion trigger.route (lessthan): a text and a"
    )


def test_a_rule_runs_only_what_the_person_may(stage: Stage) -> None:
    stage.write(
        {
            "actions/go.yaml": notify("on-success", "data: {}", "[ruled]"),
            "rules/r.yaml": RULE,
        }
    )
    deny = AccessRule(
        name="no-echo", effect=Effect.DENY, place=Place(file="x"), actions=("core.echo",)
    )
    stage.settings = replace(stage.settings, access=AccessPolicy(rules=(deny,)))
    stage.run()
    assert len(stage.executions()) == 1
    decided = stage.events("decision")[-1]
    assert (decided["action"], decided["allowed"], decided["rule"]) == (
        "core.echo",
        False,
        "no-echo",
    )
    (event,) = stage.events("notification.failed")
    assert str(event["error"]).startswith("the rule p.follow does not run core.echo: rule no-echo")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("core.echo", "core.nothing", "does not run core.nothing: there is no such action"),
        ("{message: ", "{massage: ", "does not run core.echo: "),
        ("trigger.message", "trigger.no.more", "does not run core.echo: "),
        (
            'core.echo\n  parameters: {message: "{{ trigger.message }}"}',
            "p.fail",
            "has run p.fail: failed (see 'chatops history show ",
        ),
    ],
)
def test_a_rule_that_can_not_be_followed_is_told(
    stage: Stage, old: str, new: str, told: str
) -> None:
    files = {
        "actions/go.yaml": notify("on-success", "data: {}", "[ruled]"),
        "actions/fail.yaml": GO.replace("go", "fail").replace("echo hello", "false"),
        "rules/r.yaml": RULE.replace(old, new),
    }
    stage.write(files)
    (reply,) = stage.run()
    (line,) = stage.told
    assert line.startswith(f"the rule p.follow {told}")
    assert str(reply.status) == "succeeded"
    (event,) = stage.events("notification.failed")
    assert event["rule"] == "p.follow"


def test_what_a_rule_decrypts_is_masked(stage: Stage) -> None:
    open_datastore(stage.settings).set("system", "key", "k3y-k3y", None, ttl=None, encrypt=False)
    rule = RULE.replace("{{ trigger.message }}", "{{ st2kv.system.key | decrypt_kv }}")
    action = notify("on-success", "data: {}", "[ruled]")
    stage.write({"actions/go.yaml": action, "rules/r.yaml": rule})
    stage.run()
    assert "k3y-k3y" not in str(stage.executions())
    assert "********" in str(stage.executions()[1]["parameters"])


def test_announcements_of_rules_reach_their_room(stage: Stage) -> None:
    rule = RULE.replace("core.echo", "chatops.post_message").replace(
        "{message: ", '{channel: "#dev", message: '
    )
    action = notify("on-success", "message: well", "[ruled]")
    stage.write({"actions/go.yaml": action, "rules/r.yaml": rule})
    stage.run()
    assert [(reply.room, reply.text) for reply in stage.said] == [("#dev", "well")]


# What waits for an answer


def ask(stage: Stage, route: str) -> None:
    """``p.go`` asks people something, and names a route."""
    action = f"name: go\nrunner_type: inquirer\nparameters: {{route: {{default: '{route}'}}}}\n"
    rule = RULE.replace("notifytrigger", "inquiry").replace("trigger.message", "trigger.id")
    stage.write({"actions/go.yaml": action, "rules/r.yaml": rule})
    stage.run()


def test_what_is_asked_is_told_on_its_route(stage: Stage) -> None:
    ask(stage, "ops")
    (reply,) = stage.said
    assert (reply.room, str(reply.status)) == ("#ops", "pending")
    assert "May answer: everybody" in reply.text
    assert (stage.told, len(stage.executions())) == ([], 1)


def test_what_is_asked_sets_rules_off(stage: Stage) -> None:
    ask(stage, "ruled")
    first, second = stage.executions()
    assert second["action"] == "core.echo"
    assert stage.parameters()[1]["message"] == first["execution_id"]
    assert (stage.said, stage.told) == ([], [])


@pytest.mark.parametrize("route", ["", "nobody"])
def test_what_is_asked_without_a_route_is_told_in_its_room_only(stage: Stage, route: str) -> None:
    ask(stage, route)
    assert (stage.said, stage.told, len(stage.executions())) == ([], [], 1)


# The end


def test_what_follows_is_ended_with_the_program(stage: Stage) -> None:
    """Ctrl-C ends the action of a rule, and that is on record."""
    wait = "name: wait\nrunner_type: local-shell-cmd\nparameters: {cmd: {default: sleep 60}}\n"
    rule = RULE.replace("core.echo", "p.wait").replace('{message: "{{ trigger.message }}"}', "{}")
    action = notify("on-success", "data: {}", "[ruled]")
    stage.write({"actions/go.yaml": action, "actions/wait.yaml": wait, "rules/r.yaml": rule})

    async def work() -> None:
        room = open_room(stage.settings, operator=None, warn=stage.told.append, lasts=False)
        async for _ in room.run_action(make_message("x"), GO_REF, {}):
            pass
        settling = asyncio.ensure_future(room.settle())
        while len(stage.executions()) < 2:  # noqa: ASYNC110  # it is another part of the program
            await asyncio.sleep(0.01)
        settling.cancel()
        await settling

    asyncio.run(asyncio.wait_for(work(), 20))
    assert stage.events("execution.finished")[-1]["status"] == "canceled"
    assert stage.told[-1].startswith("the rule p.follow has run p.wait: canceled")


def test_without_rooms_what_is_said_there_is_told(stage: Stage) -> None:
    stage.write({"actions/go.yaml": notify("on-success", "data: {}")})

    async def work() -> None:
        room = open_room(stage.settings, operator=None, warn=stage.told.append, lasts=False)
        async for _ in room.run_action(make_message("x"), GO_REF, {}):
            pass
        await room.settle()

    asyncio.run(work())
    (told,) = stage.told
    assert "nothing can be said in #ops from here" in told
