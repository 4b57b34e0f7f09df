"""How deep the values of a workflow may be nested: nothing that looks at them may run out of stack.

A definition itself is held to as many levels where it is read.
"""

NESTING_LIMIT = 100
"""Levels of lists and objects."""

TOO_DEEP = f"is nested more than {NESTING_LIMIT} levels deep"
"""What to say of a value that is."""


def is_too_deep(value: object) -> bool:
    """Whether a value is nested deeper than `NESTING_LIMIT`."""
    level = [value] if isinstance(value, dict | list | tuple) else []
    depth = 0
    while level:
        depth += 1
        if depth > NESTING_LIMIT:
            return True
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, dict | list | tuple)
        ]
    return False
