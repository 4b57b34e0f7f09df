"""What StackStorm has and chatops doesn't is refused by name, whatever form the import has."""

import pytest

from tests.support.interpreters import evaluate

SAID = "chatops does not provide {}: see 'What packs import' in docs/compatibility.md"


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("import st2common.persistence.rule", "st2common.persistence"),
        ("from st2common.persistence.rule import Rule", "st2common.persistence"),
        ("from st2common import persistence", "st2common.persistence"),
        ("from st2common.util import virtualenvs", "st2common.util.virtualenvs"),
        (
            "from st2common.util.pack import get_pack_warnings",
            "st2common.util.pack.get_pack_warnings",
        ),
        ("from st2common.util import pack\npack.format_pack()", "st2common.util.pack.format_pack"),
        ("from st2client.models import Rule", "st2client.models.Rule"),
        ("import st2auth", "st2auth"),
    ],
)
def test_an_import_names_what_is_missing(line: str, name: str) -> None:
    code = f"""
import sys, _chatops_missing
_chatops_missing.install(sys.meta_path)
try:
    exec({line!r})
except ImportError as error:
    print(type(error).__name__, error.name, error)
"""
    assert evaluate(code) == f"ModuleNotFoundError {name} {SAID.format(name)}\n"


def test_a_module_nobody_imported_yet_is_found_in_its_package() -> None:
    code = """
import sys, _chatops_missing
_chatops_missing.install(sys.meta_path)
_chatops_missing.install(sys.meta_path)
import st2common.util, st2common.constants
from st2common.util import isotime
print(st2common.util.shell.quote_unix("a b"), sys.meta_path.count(_chatops_missing.Finder))
print(hasattr(st2common, "__wrapped__"), isotime.__name__)
import json.tool
try:
    import no_such_module
except ModuleNotFoundError as error:
    print(error)
"""
    assert evaluate(code).splitlines() == [
        "'a b' 1",
        "False st2common.util.isotime",
        "No module named 'no_such_module'",
    ]


def test_a_broken_module_of_a_pack_is_its_own_error() -> None:
    """An import that fails inside one that exists is not taken for a missing one."""
    code = """
import sys, types
sys.modules["jinja2"] = None
from st2common.util import jinja
try:
    jinja.get_jinja_environment()
except ImportError as error:
    print(error.name)
"""
    assert evaluate(code) == "jinja2\n"


@pytest.mark.parametrize(
    ("call", "name"),
    [
        ("rules", "st2client's client.rules"),
        ("inquiries.respond('1', {})", "st2client's client.inquiries"),
        ("managers['Rule']", "st2client's client.managers['Rule']"),
        ("liveactions.create(1)", "st2client's client.executions.create"),
        ("managers['ActionAlias'].match(1)", "st2client's client.aliases.match"),
    ],
)
def test_a_call_names_what_is_missing(call: str, name: str) -> None:
    code = f"""
from st2client.client import Client
try:
    Client(api_url=None, token="x").{call}
except NotImplementedError as error:
    print(error)
"""
    assert evaluate(code) == SAID.format(name) + "\n"
