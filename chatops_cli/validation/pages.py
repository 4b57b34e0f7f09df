"""The documentation of all rules as Markdown: what is in docs/rules/."""

from collections.abc import Iterator, Mapping

from chatops_cli.validation.registry import all_rules
from chatops_cli.validation.rule import FAMILIES, Rule


def pages() -> Mapping[str, str]:
    """The text of each page by its file's name."""
    rules = all_rules()
    files = {letters: f"{letters.lower()}.md" for letters in FAMILIES}
    listed = [
        f"| [{letters}]({files[letters]}) | {about} | "
        f"{sum(rule.code.startswith(letters) for rule in rules)} |"
        for letters, about in FAMILIES.items()
    ]
    index = [
        "# Rules",
        "",
        INTRODUCTION,
        "",
        "| family | about | rules |",
        "|---|---|---|",
        *listed,
    ]
    fixable = ", ".join(f"`{rule.code}`" for rule in rules if rule.fix is not None)
    index += ["", f"`chatops validate --fix` mends, where that is safe: {fixable}."]
    made = {"README.md": "\n".join(index) + "\n"}
    for letters, about in FAMILIES.items():
        own = [rule for rule in rules if rule.code.startswith(letters)]
        lines = [f"# {letters}: {about}", *(line for rule in own for line in _section(rule))]
        made[files[letters]] = "\n".join(lines) + "\n"
    return made


INTRODUCTION = """What `chatops validate` can find; `chatops rule CODE` says the same.
Codes and names are stable. This folder is written by `python docs/generate_rules.py`."""


def _section(rule: Rule) -> Iterator[str]:
    yield from ("", f"## {rule.code} `{rule.name}`", "")
    yield f"{_sentence(rule.summary)} Why it matters: {rule.why}. What to do: {rule.mend}."
    if rule.fix is not None:
        yield from ("", "`chatops validate --fix` does it where that is safe.")
    if rule.documentation:
        yield from ("", rule.documentation)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
