"""What the front matter names has to be there; what is off can be put on."""

from pathlib import Path

import pytest

from chatops_cli.rehearsal.verdict import Ending
from tests.support.packs import alias_text
from tests.support.transcripts import ops_pack, rehearsed, said

OFF = {"aliases/off.yaml": alias_text("off", "ops.nothing", "be off") + "enabled: false\n"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    ops_pack(tmp_path / "packs", OFF)
    return tmp_path


def test_an_alias_that_is_off_can_be_on(folder: Path) -> None:
    """In this rehearsal, and in no other one."""
    talk = "[#ops] ann: !be off\n= alias {}\nbot: <...>\n"
    on = rehearsed(folder, f"---\nenable: [ops.off]\n---\n{talk.format('ops.off')}bot: <...>\n")
    assert (said(on), on.ending) == ("", Ending.PASSED)
    assert said(rehearsed(folder, talk.format("none"), name="b.chat")) == ""


def test_what_is_not_there_is_told_with_its_place(folder: Path) -> None:
    text = """\
        ---
        stubs: {ops.deplyo: done, "nope.*": done}
        run: [ops.nothing, ops.nothin]
        enable: [ops.of]
        ---
        [#ops] ann: talk
        """
    verdict = rehearsed(folder, text)
    assert verdict.ending is Ending.BROKEN
    assert [str(each).partition("/a.chat:")[2] for each in verdict.problems] == [
        f"{place}[transcript-name] {key} names {ref!r}, and there is no such {kind} "
        f"(did you mean {meant}?)"
        for place, key, ref, kind, meant in (
            ("2:9: warning", "stubs", "ops.deplyo", "action", "ops.deploy"),
            ("3:20: warning", "run", "ops.nothin", "action", "ops.nothing"),
            ("4:10: error", "enable", "ops.of", "alias", "ops.off"),
        )
    ]


def test_a_folder_that_is_not_there_is_told_with_its_place(folder: Path) -> None:
    (problem,) = rehearsed(folder, "---\npacks: [packs, gone]\n---\n[#a] ann: talk\n").problems
    assert (problem.rule, problem.place.line, problem.place.column) == ("transcript-packs", 2, 16)


def test_a_stub_that_its_template_can_not_read_is_told(tmp_path: Path) -> None:
    alias = alias_text("size", "ops.deploy", "size {{ app }}")
    form = 'result: {format: "{{ execution.result.stdout.size | to_human_time_from_seconds }}"}\n'
    ops_pack(tmp_path / "packs", {"aliases/size.yaml": alias + form})
    text = "---\nstubs: {ops.deploy: big}\n---\n[#ops] ann: !size x\nbot: <any>\nbot: 1m\n"
    shown = said(rehearsed(tmp_path, text)).splitlines()
    assert shown[-1].startswith('  (the stub\'s result is {"failed": false, ')
    assert '"stdout": "big"' in shown[-1]
    fits = text.replace("big}", "{stdout: {size: 60}}}").replace("bot: 1m", "bot: <any>")
    assert said(rehearsed(tmp_path, fits, name="b.chat")) == ""
