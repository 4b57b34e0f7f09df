"""All rules by code, and how people name them."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType, ModuleType

from chatops_cli.errors import ChatOpsError
from chatops_cli.model.frozen import frozen
from chatops_cli.validation.own import RULES as OWN
from chatops_cli.validation.rule import FAMILIES, Rule

UNLISTED = Rule(
    code="CHK000",
    name="unlisted",
    summary="something that has no code of its own yet",
    why="what is said of it holds all the same",
    mend="what the message says",
)


def rule_of(module: ModuleType) -> Rule:
    """The rule of a module that checks it; its docstring is the documentation."""
    return Rule(
        code=module.CODE,
        name=module.NAME,
        summary=module.SUMMARY,
        why=module.WHY,
        mend=module.MEND,
        documentation=(module.__doc__ or "").strip(),
        fix=getattr(module, "fix", None),
    )


def all_rules() -> tuple[Rule, ...]:
    """Every rule, by code."""
    # Only here: where the same was checked before, nothing of what they use is imported.
    from chatops_cli.validation.known import KNOWN
    from chatops_cli.validation.rules import CHECKED

    known = (rule for module in KNOWN for rule in module.RULES)
    return tuple(sorted((*known, *OWN, *map(rule_of, CHECKED)), key=lambda rule: rule.code))


def rules_by_name() -> Mapping[str, Rule]:
    """Every rule by what `Problem.rule` says."""
    return MappingProxyType({rule.name: rule for rule in all_rules()})


def find_rule(named: str) -> Rule:
    """The rule with this code or name.

    Raises:
        ChatOpsError: There is none.
    """
    rules = all_rules()
    for rule in rules:
        if named.upper() == rule.code or named == rule.name:
            return rule
    hint = _meant(named, rules) or "see 'chatops rule'"
    raise ChatOpsError(f"no rule named {named!r}", hint=hint)


def _meant(named: str, rules: Sequence[Rule]) -> str | None:
    """A hint with the codes or names that are most like a word; None where none is."""
    from difflib import get_close_matches

    words = [rule.code for rule in rules] if named[:1].isupper() else [rule.name for rule in rules]
    near = get_close_matches(named, words, n=2)
    return f"did you mean {' or '.join(near)}?" if near else None


@frozen
class Selection:
    """Which rules are told: codes, beginnings of codes, or names; `ignore` wins."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()

    def holds(self, rule: Rule) -> bool:
        """Whether findings of this rule are told."""
        chosen = not self.select or any(is_named(each, rule) for each in self.select)
        return chosen and not any(is_named(each, rule) for each in self.ignore)


def selection_of(select: Sequence[str], ignore: Sequence[str]) -> Selection:
    """What people typed, with commas or one by one.

    Raises:
        ChatOpsError: One of them names no rule.
    """
    wanted, unwanted = _split(select), _split(ignore)
    rules = all_rules() if wanted or unwanted else ()
    for named in (*wanted, *unwanted):
        if not any(is_named(named, rule) for rule in rules):
            families = ", ".join(FAMILIES)
            raise ChatOpsError(
                f"no rule is named {named!r}, and no code begins so",
                hint=_meant(named, rules) or f"codes begin with {families}; see 'chatops rule'",
            )
    return Selection(select=wanted, ignore=unwanted)


def _split(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(each.strip() for text in texts for each in text.split(",") if each.strip())


def is_named(named: str, rule: Rule) -> bool:
    """Whether a code, the beginning of one or a name means this rule."""
    return named == rule.name or rule.code.startswith(named.upper())
