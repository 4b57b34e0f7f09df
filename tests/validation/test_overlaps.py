"""Overlaps as they are told: of a format with many, across packs, and through pairs."""

import json
from pathlib import Path

from tests.support.cli import invoke
from tests.support.packs import action_text, alias_text, write_pack
from tests.support.validating import validate

WORDS = ("say", "tell", "write", "print", "call")


def told(root: Path, packs: Path | None = None) -> list[tuple[str, str, str]]:
    """File, code and message."""
    more = ("--packs", str(packs)) if packs else ()
    result = invoke(*more, "validate", str(root), "--format", "jsonl", "--select", "ALI11,CHK001")
    lines = result.stdout.replace(f"{root}/", "").replace(f"{packs}/", "").splitlines()
    found = [json.loads(line) for line in lines]
    return [(each["file"], each["code"], each["message"]) for each in found]


def test_a_format_that_takes_nearly_all_is_told_once(tmp_path: Path) -> None:
    """At its own place, or at the first of those that it takes messages from."""
    others = {
        f"aliases/{word}.yaml": alias_text(word, "core.echo", f"{word} {{{{message}}}}")
        for word in WORDS
    }
    open_one = {"aliases/who.yaml": alias_text("who", "core.echo", "{{message}} on call")}
    write_pack(tmp_path / "one", "web", {**others, **open_one})
    ((file, code, message),) = told(tmp_path / "one")
    assert (file, code) == ("web/aliases/who.yaml", "ALI112")
    assert message.startswith("it takes messages of ")
    assert message.endswith("), too")
    write_pack(tmp_path / "two", "web", others)
    write_pack(tmp_path / "three", "far", open_one)
    (found,) = told(tmp_path / "two", tmp_path / "three")
    assert found[1] == "ALI112"
    assert found[2].startswith("far.who ({{message}} on call, far/aliases/who.yaml:4:5) takes ")


def test_a_format_that_has_many_and_a_word_of_its_own_is_told_once(tmp_path: Path) -> None:
    many = "".join(f"  - 'say {word} {{{{message}}}}'\n" for word in WORDS)
    files = {
        "aliases/say.yaml": alias_text("say", "core.echo", "say {{message}}"),
        "aliases/more.yaml": f"name: more\naction_ref: core.echo\nformats:\n{many}",
    }
    write_pack(tmp_path, "web", files)
    (found,) = told(tmp_path)
    assert found[:2] == ("web/aliases/say.yaml", "ALI110")
    assert found[2].endswith("and so on for 4 more formats of 1 aliases")


def test_the_end_of_a_message_may_be_a_parameter_or_words(tmp_path: Path) -> None:
    """Where one alias lets chat set it, and the other has it in its format."""
    env = "parameters:\n  env: {type: string}\n"
    files = {
        "actions/deploy.yaml": action_text("deploy", more=env),
        "aliases/a.yaml": alias_text("a", "web.deploy", "deploy now"),
        "aliases/b.yaml": alias_text("b", "core.echo", "deploy now env={{message}}"),
        # Chat sets it for this one, too: its format never sees it.
        "aliases/c.yaml": alias_text("c", "web.deploy", "deploy later"),
        "aliases/d.yaml": alias_text("d", "web.deploy", "deploy later env={{env}}"),
        "aliases/e.yaml": alias_text("e", "core.echo", "deploy now host={{message}}"),
    }
    write_pack(tmp_path, "web", files)
    found, *others = told(tmp_path)
    assert others == []
    assert found[1] == "ALI110"
    assert found[2].startswith("'deploy now env=")
    assert "given as name=value" in found[2]
    answer = invoke("--packs", str(tmp_path), "alias", "match", found[2].split("'")[1])
    assert answer.exit_code == 5
    settings = tmp_path / "chatops.yaml"
    settings.write_text("compat: strict\n", encoding="utf-8")
    result = invoke("--config", str(settings), "validate", str(tmp_path / "web"))
    assert "name=value" not in result.stdout


def test_a_baseline_knows_what_only_moved(tmp_path: Path) -> None:
    """Places in messages don't count: lines of another file may have come before."""
    files = {
        "aliases/a.yaml": alias_text("a", "core.echo", "say {{message}}"),
        "aliases/b.yaml": alias_text("b", "core.echo", "say now {{message}}"),
    }
    pack = write_pack(tmp_path / "packs", "web", files)
    baseline = str(tmp_path / "known.json")
    arguments = ("validate", str(tmp_path / "packs"), "--baseline", baseline)
    assert invoke(*arguments, "--write-baseline").exit_code == 0
    for name in ("a", "b"):
        path = pack / "aliases" / f"{name}.yaml"
        path.write_text("---\n# moved\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert validate(tmp_path / "packs", "--baseline", baseline) == []
