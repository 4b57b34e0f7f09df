"""What is done in a rehearsal where an action has no mock: as an option says, or a person."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chatops_cli.execution.rehearsed import Ask
    from chatops_cli.model.json import Json
    from chatops_cli.workflows.rehearsing.mock import Answer
    from chatops_cli.workflows.rehearsing.played import Lacking


def ask_of(missing: str | None) -> "Ask":
    """What is done where a mock is lacking."""
    from chatops_cli.model.execution import Status
    from chatops_cli.model.problem import Place
    from chatops_cli.workflows.rehearsing.mock import Answer

    match missing:
        case "succeed":
            return lambda _lacking: Answer(place=Place(file=""))
        case "fail":
            return lambda _lacking: Answer(place=Place(file=""), status=Status.FAILED)
        case "ask":
            return _asked_for
        case _:
            return lambda _lacking: None


def _asked_for(lacking: "Lacking") -> "Answer | None":
    """The answer of the person at the terminal; None where they give none."""
    import json

    from chatops_cli.cli.questions import AtTerminal
    from chatops_cli.model.execution import Status
    from chatops_cli.model.problem import Place
    from chatops_cli.workflows.rehearsing.mock import Answer
    from chatops_cli.workflows.rehearsing.suite_file import STATUSES

    questions = AtTerminal()
    item = "" if lacking.item is None else f", item {lacking.item}"
    again = "" if lacking.run == 1 else f", run {lacking.run}"
    title = f"{lacking.path} ({lacking.action}{item}{again})"
    try:
        while True:
            status = questions.ask(f"{title} ends [succeeded] ") or "succeeded"
            if status in STATUSES:
                break
            questions.say(f"one of {', '.join(STATUSES)}")
        text = questions.ask(f"{title} gives ")
    except EOFError:
        return None
    try:
        gives: Json = json.loads(text)
    except ValueError:
        gives = text
    return Answer(place=Place(file=""), status=Status(status), result=gives)
