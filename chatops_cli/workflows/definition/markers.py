"""What marks an expression in a text: ``<% … %>`` is YAQL, ``{{ … }}`` and ``{% … %}`` are Jinja.

Source: orquesta, ``expressions/yql.py`` and ``expressions/jinja.py``: an expression ends on the
line on which it begins; one that doesn't is plain text.
"""

import re

YAQL = re.compile(r"<%.*?%>")
JINJA = re.compile(r"\{\{.*?\}\}")
BLOCK = re.compile(r"\{%.*?%\}")
ONE = re.compile(r"<%(?:(?!%>).)*%>|\{\{(?:(?!\}\}).)*\}\}")
"""One expression and nothing else, where it matches the whole text."""


def has_yaql(text: str) -> bool:
    """Whether a YAQL expression is in the text."""
    return YAQL.search(text) is not None


def has_jinja(text: str) -> bool:
    """Whether an expression or a block of Jinja is in the text."""
    return JINJA.search(text) is not None or BLOCK.search(text) is not None


def has_expression(text: str) -> bool:
    """Whether the text is anything but plain."""
    return has_yaql(text) or has_jinja(text)
