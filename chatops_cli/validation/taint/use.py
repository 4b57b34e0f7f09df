"""A value that a template writes: which one, and what becomes of it."""

from chatops_cli.model.frozen import frozen

HOLE = "\0"
"""Stands in `Use.before` for what an earlier expression writes: no text of a template holds it."""

QUOTING = frozenset({"shell_quote", "powershell_quote"})
"""Filters after which a shell reads a value as one word."""
KEEPING = frozenset(
    {
        *("basename", "capitalize", "center", "d", "decrypt_kv", "default", "dirname", "first"),
        *("format", "from_json_string", "from_yaml_string", "indent", "join", "json_escape"),
        *("last", "list", "lower", "map", "regex_substring", "replace", "regex_replace"),
        *("reverse", "safe", "sort", "string", "title", "to_complex", "to_json_string"),
        *("to_yaml_string", "tojson", "trim", "truncate", "unique", "upper", "use_none"),
        *("wordwrap", "json", "json_dump", "json_parse", "yaml_dump", "yaml_parse"),
    }
)
"""Filters that let what means something to a shell through."""
CHANGING = frozenset({"replace", "regex_replace", "regex_substring"})
"""Those of them that may be there to take it out."""


@frozen
class Way:
    """How a value gets through one expression.

    `is_sure` is off where something on the way may take characters out; `is_quoted` is on where it
    goes through a filter that quotes it for a shell.
    """

    name: str
    is_sure: bool = True
    is_quoted: bool = False


@frozen
class Use:
    """A value that stands in a text.

    `before` is the text before it; `is_whole`: there is nothing else in the text.
    """

    name: str
    before: str = ""
    is_whole: bool = False
    is_sure: bool = True
    is_quoted: bool = False
