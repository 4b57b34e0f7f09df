"""Names that lead nowhere, in numbers that only a broken pack has."""

from time import monotonic

from chatops_cli.catalog.links import check_links
from chatops_cli.catalog.reference import Reference, ReferenceKind
from chatops_cli.model.problem import Place


def test_suggestions_for_a_thousand_names_among_a_thousand_take_no_time() -> None:
    """A renamed folder of actions leaves as many; difflib took twenty seconds for these."""
    place = Place(file="f")
    links = [
        Reference(kind=ReferenceKind.ACTION, name=f"p.set_some_thing_{n:04}", place=place)
        for n in range(1000)
    ]
    actions = [f"p.get_some_thing_{n:04}" for n in range(1000)]
    start = monotonic()
    problems = list(check_links(links, packs=["p"], actions=actions))
    assert monotonic() - start < 5
    assert [problem.hint for problem in problems] == [
        f"did you mean {action}?" for action in actions
    ]
