"""Actions and aliases as YAML text, for packs that tests write."""

import textwrap


def shell_action(name: str, cmd: str, *parameters: str) -> str:
    """The text of an action that runs a shell line; each parameter is a line of YAML."""
    quoted = cmd.replace("'", "''")
    lines = [f"cmd: {{immutable: true, default: '{quoted}'}}", *parameters]
    listed = "".join(f"  {line}\n" for line in lines)
    return f"name: {name}\nrunner_type: local-shell-cmd\nparameters:\n{listed}"


def alias(name: str, action: str, *formats: str, more: str = "") -> str:
    """The text of an alias with these formats; `more` is appended as it is."""
    listed = "".join("  - '" + form.replace("'", "''") + "'\n" for form in formats)
    return f"name: {name}\naction_ref: {action}\nformats:\n{listed}{textwrap.dedent(more)}"
