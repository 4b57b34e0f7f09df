"""Rules about rules and policies, under which other parts of the program report."""

from chatops_cli.validation.rule import Rule

RULES = (
    Rule(
        code="RUL001",
        name="misplaced-policy",
        summary="a file in rules/ is a policy; it is not used",
        why="what it limits is not limited",
        mend="move it to policies/",
    ),
    Rule(
        code="RUL002",
        name="policy-attribute",
        summary="an attribute is no parameter of the actions that the policy is for",
        why="the limit counts something that is the same for all",
        mend="name a parameter",
    ),
)
