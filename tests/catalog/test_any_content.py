"""Whatever stands in a pack's files, the catalog opens, and what it says can be kept."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from chatops_cli.catalog.cache import Cache
from chatops_cli.catalog.catalog import Catalog, open_catalog
from chatops_cli.model.json import Json
from tests.support.packs import write_pack

KEYS = st.sampled_from(
    [
        "name",
        "ref",
        "pack",
        "runner_type",
        "entry_point",
        "enabled",
        "description",
        "parameters",
        "notify",
        "tags",
        "action_ref",
        "formats",
        "ack",
        "result",
        "display",
        "representation",
        "match_multiple",
        "format",
        "extra",
        "append_url",
        "required",
        "default",
        "secret",
        "immutable",
        "position",
        "type",
        "enum",
        "items",
        "properties",
        "minimum",
        "version",
        "author",
        "keywords",
        "output_schema",
        "immutable_parameters",
        "python_versions",
        "unknown",
    ]
)
WORDS = st.sampled_from(
    ["a", "p", "p.a", "noop", "python-script", "../x", "", "é", "do {{x}}", "string", "a\nb", "a.b"]
)
VALUES: st.SearchStrategy[Json] = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), WORDS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=5)),
    max_leaves=12,
)
FILES = st.fixed_dictionaries(
    {},
    optional={
        name: st.one_of(st.dictionaries(KEYS, VALUES, max_size=9), VALUES)
        for name in (
            "pack.yaml",
            "config.schema.yaml",
            "actions/a.yaml",
            "actions/b.yaml",
            "aliases/a.yaml",
        )
    },
)


def everything(catalog: Catalog) -> tuple[object, ...]:
    return dict(catalog.packs), catalog.aliases, list(catalog.actions()), catalog.problems


@settings(max_examples=50, deadline=None)  # each writes and reads a small database
@given(files=FILES)
def test_any_values_are_read_or_told(files: dict[str, Json]) -> None:
    """Cold, kept and warm are the same; a message is one line; a place is in one of the files."""
    with TemporaryDirectory() as folder:
        texts = {name: json.dumps(value, ensure_ascii=False) for name, value in files.items()}
        write_pack(Path(folder), "p", texts)
        looks = [open_catalog([Path(folder)], cache=None)]
        cache = Cache(Path(folder, "c.db"))
        looks += [open_catalog([Path(folder)], cache=cache) for _ in range(2)]
        assert everything(looks[0]) == everything(looks[1]) == everything(looks[2])
        cache.close()
    for problem in looks[0].problems:
        assert "\n" not in str(problem)
        assert problem.place.file.startswith(f"{folder}/p/")
