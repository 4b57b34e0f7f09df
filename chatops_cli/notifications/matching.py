"""Which rules something that has happened fits.

Source: StackStorm, ``st2reactor.rules.filter`` and ``.matcher``: paths are JSONPath, of several
values that one finds the first counts; a template that is a whole pattern keeps its type; a
backstop rule is asked only where no other rule fits.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from chatops_cli.errors import ChatOpsError
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.model.rule import Condition, Criterion, Operator, Rule
from chatops_cli.notifications.operators import ComparisonError, compare
from chatops_cli.rendering.templates import Templates, is_template

PAYLOAD, ITEM = "trigger", "item"
"""What a criterion's path begins with: outside, and inside of ``search``."""

_PLAIN_PATH = re.compile(r"[A-Za-z_@][\w@-]*(?:\.[A-Za-z_@][\w@-]*)*", re.ASCII)
_EXPRESSION = re.compile(r"({{)\s*(.*)\s*(}})")
_OF_ALL = {Condition.ALL: (all, all), Condition.ANY: (any, all)}
_OF_ANY = {Condition.ALL2ANY: (all, any), Condition.ANY2ANY: (any, any)}
_COUNTS: Mapping[Condition, tuple[Callable[[Iterable[object]], bool], ...]] = {**_OF_ALL, **_OF_ANY}


class CriterionError(ChatOpsError):
    """A criterion can't be asked of what has happened; it doesn't hold then."""


@frozen
class Matcher:
    """Asks criteria. `values` are what templates in patterns may name beside the payload."""

    templates: Templates
    clock: Callable[[], datetime]
    values: Mapping[str, object]

    def matching(
        self,
        rules: Iterable[Rule],
        payload: JsonObject,
        refuse: Callable[[Rule, ChatOpsError], None],
    ) -> tuple[Rule, ...]:
        """The rules that `payload` fits, in their order, backstop rules last.

        Args:
            rules: The rules of the trigger.
            payload: What has happened.
            refuse: Told of each rule that can't be asked; it counts as not fitting.
        """
        asked = tuple(rules)

        def fitting(*, is_backstop: bool) -> list[Rule]:
            found = []
            for rule in asked:
                try:
                    if rule.is_backstop is is_backstop and self.fits(rule, payload):
                        found.append(rule)
                except CriterionError as error:
                    refuse(rule, error)
            return found

        return tuple(fitting(is_backstop=False) or fitting(is_backstop=True))

    def fits(self, rule: Rule, payload: JsonObject) -> bool:
        """Whether all criteria of the rule hold.

        Raises:
            CriterionError: One of them can't be asked, and those before it hold.
        """
        scope = {PAYLOAD: dict(payload)}
        return all(self._holds(criterion, scope) for criterion in rule.criteria)

    def _holds(self, criterion: Criterion, scope: Mapping[str, Json]) -> bool:
        try:
            value = find(scope, criterion.key.partition("#")[0])
            if criterion.operator is Operator.SEARCH:
                return self._search(criterion, value)
            pattern = self._pattern(criterion.pattern, scope)
            return compare(criterion.operator, value, pattern, now=self.clock)
        except CriterionError:
            raise
        except ChatOpsError as error:
            raise CriterionError(
                f"the criterion {criterion.key} ({criterion.operator}): {error.message}",
                hint=error.hint,
            ) from error

    def _search(self, criterion: Criterion, value: Json) -> bool:
        items = [value] if isinstance(value, dict) else value
        if not isinstance(items, list):
            raise ComparisonError("there is no list to search")
        of_items, of_criteria = _COUNTS[criterion.condition]
        return of_items(
            of_criteria(self._holds(inner, {ITEM: item}) for inner in criterion.inner)
            for item in items
        )

    def _pattern(self, pattern: Json, scope: Mapping[str, Json]) -> Json:
        """The pattern with its template rendered; what then reads as JSON is of that type."""
        if not isinstance(pattern, str) or not is_template(pattern):
            return pattern
        import json

        context = {**self.values, **scope}
        if _EXPRESSION.search(pattern):
            typed = _EXPRESSION.sub(r"\1\2 | to_complex\3", pattern)
            rendered = self.templates.render(typed, context, strict=True)
            try:
                value: Json = json.loads(rendered)
            except ValueError:
                pass
            else:
                return value
        return self.templates.render(pattern, context, strict=True)


def find(scope: Mapping[str, Json], path: str) -> Json:
    """The first value at a JSONPath, null where there is none.

    Raises:
        ComparisonError: It is no JSONPath.
    """
    path = path.strip()
    if not _PLAIN_PATH.fullmatch(path):
        from chatops_cli.rendering.filters.data import jsonpath_query

        try:
            found = jsonpath_query(dict(scope), path)
        except ValueError as error:
            raise ComparisonError(str(error)) from error
        return _as_json(found[0]) if found else None
    value: Json = dict(scope)
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _as_json(value: object) -> Json:
    return value if isinstance(value, str | int | float | list | dict) else None
