"""An answer asked for part by part, as an inquiry's schema describes it."""

from typing import TYPE_CHECKING

from chatops_cli.cli.config_form import as_text, chosen, kind_of
from chatops_cli.cli.questions import Questions
from chatops_cli.errors import ParameterError

if TYPE_CHECKING:
    from chatops_cli.model.json import Json, JsonObject
    from chatops_cli.room.inquiries import Inquiry


def ask(inquiry: "Inquiry", questions: Questions) -> "dict[str, Json]":
    """The answers to all that is asked; an empty one leaves a part out, or asks again for it.

    Raises:
        ParameterError: Nothing is asked by name.
    """
    if not inquiry.properties:
        raise ParameterError(
            f"{inquiry.id} asks for nothing by name", hint="answer it with --response JSON"
        )
    return {
        name: value
        for name, schema in inquiry.properties.items()
        if (value := _part(name, schema, inquiry, questions)) is not None
    }


def _part(name: str, schema: "JsonObject", inquiry: "Inquiry", questions: Questions) -> "Json":
    from chatops_cli.room.inquiries import misfit

    said = schema.get("description")
    title = f"{name}: {said}" if isinstance(said, str) and said else name
    questions.say(inquiry.masker.text(" ".join(title.split())))
    listed = schema.get("enum")
    choices: list[Json] = listed if isinstance(listed, list) else []
    for number, choice in enumerate(choices, start=1):
        questions.say(f"  {number}  {as_text(choice)}")
    default = f" [{as_text(schema['default'])}]" if "default" in schema else ""
    prompt = f"  {kind_of(schema, choices)}{default}: "
    while True:
        is_secret = schema.get("secret") is True
        answer = questions.ask_hidden(prompt) if is_secret else questions.ask(prompt)
        if not answer and (default or schema.get("required") is not True):
            return None
        value = chosen(answer, schema, choices)
        wrong = "it is needed" if not answer else misfit(name, schema, value)
        if wrong is None:
            return value
        questions.say(f"  {wrong}")
