"""A rehearsal has a room of its own: what the transcript says holds there, and stays there."""

from pathlib import Path

import pytest

from chatops_cli.rehearsal.rehearse import Rehearsals
from chatops_cli.rehearsal.verdict import Ending
from chatops_cli.settings.load import load_settings
from tests.support.packs import action_text, alias_text
from tests.support.transcripts import ops_pack, rehearsed, said

REMEMBER = """\
from st2common.runners.base_action import Action


class Remember(Action):
    def run(self, text):
        self.action_service.set_value("said", text, local=False)
        self.action_service.delete_value("old", local=False)
        return self.config.get("greeting") + " " + text
"""
REPORT = """\
name: report
action_ref: ops.nothing
formats: ["report {{ name }}"]
ack: {enabled: false}
result:
  format: "{{ execution.parameters.name }}"
  extra:
    slack:
      color: good
      pretext: Look
      author_name: Ada
      title: Hosts
      title_link: https://example.com
      fields: [{title: Up, value: "two\\nlines"}]
      image_url: https://example.com/i.png
      footer: end
"""
FILES = {
    "actions/remember.yaml": action_text(
        "remember",
        "python-script",
        "entry_point: remember.py\nparameters: {text: {type: string}}\n",
    ),
    "actions/remember.py": REMEMBER,
    "config.schema.yaml": "greeting: {type: string, default: hello}\n",
    "aliases/remember.yaml": alias_text("remember", "ops.remember", "remember {{ text }}"),
    "actions/greet.yaml": action_text(
        "greet",
        "local-shell-cmd",
        "parameters:\n  name: {type: string, default: '{{ st2kv.system.name }}'}\n"
        "  cmd: {default: 'true', immutable: true}\n"
        "notify: {on-success: {routes: [mails, hooks, log], message: greeted}}\n",
    ),
    "aliases/greet.yaml": alias_text("greet", "ops.greet", "greet somebody"),
    "aliases/report.yaml": REPORT,
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    ops_pack(tmp_path / "packs", FILES)
    return tmp_path


def test_what_it_says_of_values_and_routes_holds(folder: Path) -> None:
    verdict = rehearsed(
        folder,
        """\
        ---
        datastore: {name: Ada, numbers: [1, 2]}
        settings:
          routes:
            log: {room: "#log"}
            hooks: {webhook: "http://127.0.0.1:1/x"}
            mails: {email: {to: [a@example.com], from: b@example.com, host: 127.0.0.1, port: 1}}
        stubs: {ops.greet: {stdout: hello}}
        ---
        [#ops] ann: !greet somebody
        = parameters name=Ada
        = effect notify log
        = effect notify mails
        = effect notify hooks
        bot: <...>
        bot: <...>
        [#log] bot (notice): greeted
        [webhook:hooks] bot: greeted
        [email:mails] bot: greeted
        """,
    )
    assert said(verdict) == ""
    assert verdict.warnings == ()


def test_what_actions_change_is_an_effect_and_gone_afterwards(folder: Path) -> None:
    text = """\
        ---
        configs: {ops: {greeting: bonjour}}
        datastore: {old: x}
        run: [ops.rem*]
        ---
        [#ops] ann: !remember you
        = status succeeded
        = effect set system said
        = effect delete system old
        bot: <...>
        bot: <...>
          <...>bonjour you
        """
    for _ in range(2):
        verdict = rehearsed(folder, text)
        assert said(verdict) == ""
        assert verdict.ran == ("ops.remember",)
    assert not (folder / "home/datastore.json").exists()
    assert not (folder / "home/audit").exists()


def test_attachments_are_shown_with_all_their_parts(folder: Path) -> None:
    verdict = rehearsed(folder, "[#ops] ann: !report all\n")
    assert (
        verdict.mismatches[0].lines
        == (
            "+ bot:",
            "+   |color: good",
            "+   |pretext: Look",
            "+   |author: Ada",
            "+   |title: Hosts",
            "+   |title_link: https://example.com",
            "+   | all",
            "+   |field Up: two / lines",
            "+   |image: https://example.com/i.png",
            "+   |footer: end",
        )
        or said(verdict) == ""
    )


def test_a_name_must_have_stood_for_something(folder: Path) -> None:
    text = (
        "---\nstubs: {ops.deploy: {stdout: done}}\n---\n"
        "[#ops] ann: !deploy <any:app> to x\n"
        "ann: !deploy one to x\nbot: <any:app>: done\n"
        "ann: !deploy <any:app> to x\nbot: <any:app>: done\n"
    )
    verdict = rehearsed(folder, text)
    assert said(verdict) == "4: nothing has been called 'app' before this message"


def test_a_pack_is_there_for_its_own_rehearsals(tmp_path: Path, isolated: Path) -> None:
    """Without settings, from any folder; other packs are named by the transcript."""
    pack = ops_pack(tmp_path)
    ops_pack(tmp_path / "more")
    (pack / "rehearsals").mkdir()
    file = pack / "rehearsals" / "a.chat"
    file.write_text("---\nstubs: {ops.deploy: x}\n---\n[dm] ann: deploy a to b\nbot: a: x\n")
    rehearsals = Rehearsals(lambda path: load_settings(folder=path.parent))
    assert rehearsals.rehearse(str(file)).ending is Ending.PASSED
    outside = isolated / "b.chat"
    outside.write_text(file.read_text().replace("---\n", f"---\npacks: [{tmp_path}/more]\n", 1))
    assert rehearsals.rehearse(str(outside)).ending is Ending.PASSED
    outside.write_text("---\npacks: [none]\n---\n[#a] ann: hi\n")
    broken = rehearsals.rehearse(str(outside))
    assert (broken.ending, [str(each.place.line) for each in broken.problems]) == (
        Ending.BROKEN,
        ["2"],
    )


def test_the_virtual_environments_of_the_site_are_there(folder: Path) -> None:
    (folder / "home/virtualenvs").mkdir(parents=True)
    assert rehearsed(folder, "[#ops] ann: !do nothing\nbot: <any>\nbot: <...>\n").why == ""


def test_lines_that_are_as_expected_are_shown_once(folder: Path) -> None:
    verdict = rehearsed(
        folder,
        '---\nstubs: {ops.deploy: {stdout: "one\\ntwo\\nthree"}}\n---\n'
        "[#ops] ann: !deploy a to x\n[#ops] bot (result): a: one\n  <any>\n  four\n",
    )
    assert verdict.mismatches[0].lines == (
        "  [#ops] bot (result): a: one",
        "    <any>",
        "-   four",
        "+   three",
    )
