"""Every ack and result template of real packs is rendered, or says what is wrong with it."""

from collections import Counter
from pathlib import Path

import pytest

from chatops_cli.catalog.alias_file import read_alias
from chatops_cli.model.alias import Alias
from chatops_cli.model.chat import Reply, ReplyKind
from chatops_cli.model.pack import Pack
from chatops_cli.model.problem import Place
from chatops_cli.reading.reader import Reader
from chatops_cli.reading.source import parse
from chatops_cli.rendering.replies import Rendered, render_ack, render_result
from chatops_cli.rendering.summary import summarize
from chatops_cli.rendering.templates import Templates
from chatops_cli.rendering.terminal import draw
from tests.support.executions import make_execution, shell_samples
from tests.support.shared import CORPUS, needs_corpus

PACK_FOUND = """\
Got something for you matching ``!
• *aws*: Amazon

I can tell you more about a particular pack, or even get it installed for you right away:
pack show <pack>
pack install <pack>"""


def _aliases() -> dict[str, Alias]:
    found: dict[str, Alias] = {}
    for path in sorted(CORPUS.glob("*/aliases/*.y*ml")):
        alias = _alias(path)
        if alias is not None:
            found[alias.ref] = alias
    return found


def _alias(path: Path) -> Alias | None:
    reader = Reader.of_source(parse(path.read_bytes(), file=path.name), [])
    if reader is None:
        return None
    ref = path.parent.parent.name.rpartition("__")[2]
    pack = Pack(ref=ref, name=ref, path=str(path.parent.parent), place=Place(file=path.name))
    return read_alias(reader, pack)[0]


@needs_corpus
def test_every_template_of_real_packs_gives_an_answer() -> None:
    templates = Templates()
    answers: Counter[str] = Counter()
    broken: Counter[str] = Counter()
    samples = shell_samples()
    for ref, alias in _aliases().items():
        for execution in samples:
            rendered = render_ack(alias, execution, templates=templates, web_url="https://chat/e1")
            answers["none wanted" if rendered is None else "ack"] += 1
            assert rendered is None or (rendered.text.strip() and not rendered.problems)
            rendered = render_result(alias, execution, templates=templates)
            assert rendered is not None, ref
            assert draw(_reply(rendered), width=40).strip(), ref
            formats = [p for p in rendered.problems if "result.format" in p.message]
            for problem in formats:
                shown = rendered.text + "".join(each.text for each in rendered.attachments)
                assert f"({problem.place.file}:{problem.place.line})" in shown
                assert summarize(execution) in shown
            broken[ref] += bool(formats)
            answers["broken" if formats else "whole"] += 1
    # A template that expects the result of another runner may break, but none breaks with all.
    assert answers["whole"] > 2 * answers["broken"], answers
    assert max(broken.values()) < len(samples), broken


@needs_corpus
@pytest.mark.parametrize(
    ("ref", "result", "expected"),
    [
        (
            "alertlogic.list_scans",
            {"result": {"web": {"type": "pci", "active": True}}},
            "*pci:* _web_ (enabled)",
        ),
        (
            "networking_utils.geoip",
            {"result": {"geoip": {"1.1.1.1": {"city": {"name": "City", "value": "Sydney"}}}}},
            "The GeoIP details you requested:\n*1.1.1.1:*\n  _City:_ Sydney",
        ),
        (
            "packs.pack_search",
            {"result": [{"name": "aws", "description": "Amazon"}]},
            PACK_FOUND,
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and "." in value[:20] else "",
)
def test_templates_of_python_2_and_others_show_their_data(
    ref: str, result: dict[str, object], expected: str
) -> None:
    execution = make_execution(result, runner="python-script")  # type: ignore[arg-type]  # JSON
    rendered = render_result(_aliases()[ref], execution, templates=Templates())
    assert rendered is not None
    assert rendered.problems == ()
    drawn = draw(_reply(rendered), width=200)
    assert drawn.replace("\u258c ", "").replace("\u258c", "") == expected


def _reply(rendered: Rendered) -> Reply:
    return Reply(
        kind=ReplyKind.RESULT,
        message_id="m1",
        room="#ops",
        text=rendered.text,
        attachments=rendered.attachments,
    )
