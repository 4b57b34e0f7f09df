"""What templates are compiled to is kept for the next process, and gives the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from chatops_cli.catalog.cache import Cache
from chatops_cli.rendering import sandbox
from chatops_cli.rendering.failure import TemplateError
from chatops_cli.rendering.templates import Templates

LOOP = "{% for n in range(count) %}{{ n }}{{ ',' if not loop.last }}{% endfor %}"


@dataclass
class Kept:
    """Rows in memory, and how often they were asked for and written."""

    rows: dict[str, str] = field(default_factory=dict)
    read: int = 0

    def get(self, kind: str, keys: Sequence[str]) -> Mapping[str, str]:
        assert kind == "template"
        found = {key: self.rows[key] for key in keys if key in self.rows}
        self.read += len(found)
        return found

    def put(self, kind: str, items: Mapping[str, str]) -> None:
        assert kind == "template"
        self.rows.update(items)


def test_the_next_process_reads_no_template(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = Cache(tmp_path / "cache.db")
    assert Templates(cache).render(LOOP, {"count": 3}) == "0,1,2"

    def refuse(*_: object) -> object:
        raise AssertionError("it reads a template")

    monkeypatch.setattr(sandbox.Sandbox, "_parse", refuse)
    assert Templates(cache).render(LOOP, {"count": 2}) == "0,1"
    with pytest.raises(TemplateError, match="reads a template"):
        Templates().render(LOOP, {"count": 2})


def test_what_is_kept_is_bounded_and_knows_its_lines_as_before() -> None:
    kept = Kept()
    for _ in range(2):
        templates = Templates(kept)
        # Steps end it, or the time, where the machine is slow.
        with pytest.raises(TemplateError, match=r"steps|seconds"):
            templates.render(
                "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}", {}
            )
        with pytest.raises(TemplateError) as told:
            templates.render("first\n\n{{ absent.more | upper }}", {})
        assert told.value.line == 3
    assert kept.read == 2


def test_nothing_is_kept_of_what_is_broken_strict_or_plain() -> None:
    kept = Kept()
    templates = Templates(kept)
    with pytest.raises(TemplateError):
        templates.render("{% if %}", {})
    assert templates.render("{{ name | upper }}", {"name": "a"}, strict=True) == "A"
    assert templates.render("{{ name }}", {"name": "a"}) == "a"
    assert kept.rows == {}


def test_another_sandbox_makes_another_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = Kept()
    Templates(kept).render(LOOP, {"count": 1})
    other = tmp_path / "sandbox.py"
    other.write_text("another one")
    monkeypatch.setattr(sandbox, "__file__", str(other))
    Templates(kept).render(LOOP, {"count": 1})
    assert (len(kept.rows), kept.read) == (2, 0)
    other.unlink()
    assert Templates(kept).render(LOOP, {"count": 1}) == "0"
    assert (len(kept.rows), kept.read) == (2, 0)
