"""The line that is typed, in prompt-toolkit: its keys, its completions, its look."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Protocol

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer
from prompt_toolkit.completion import Completion as Shown
from prompt_toolkit.enums import DEFAULT_BUFFER
from prompt_toolkit.filters import has_focus
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.output.color_depth import ColorDepth
from prompt_toolkit.styles import Style

from chatops_cli.rendering.cleaning import clean

if TYPE_CHECKING:
    from prompt_toolkit.document import Document
    from prompt_toolkit.formatted_text import AnyFormattedText, StyleAndTextTuples
    from prompt_toolkit.history import History

    from chatops_cli.repl.completion import Completion

STYLE = {
    "bottom-toolbar": "noreverse",
    "ready": "ansigreen",
    "partial": "ansicyan",
    "command": "ansicyan",
    "denied": "ansired",
    "blocked": "ansiyellow",
    "ambiguous": "ansiyellow",
    "unread": "bold",
    "completion-menu.completion.current": "reverse",
}
FENCE = "```"


class Interrupted(Exception):  # noqa: N818  # no error: somebody has pressed Ctrl-C
    """Ctrl-C on a terminal that can't move its cursor, where the line's own keys don't count."""


class Typist(Protocol):
    """What the line asks for while it is typed."""

    def before(self) -> "AnyFormattedText":
        """What stands before the line."""

    def below(self) -> "StyleAndTextTuples":
        """What stands below it."""

    def completions(self, text: str) -> "Iterable[Completion]":
        """What may come behind the text before the cursor."""

    def interrupted(self) -> None:
        """Ctrl-C on an empty line."""


def make_prompt(
    typist: Typist, *, history: "History", color: bool, is_unfinished: Callable[[str], bool]
) -> PromptSession[str]:
    """The line, ready to be typed."""
    return PromptSession(
        message=typist.before,
        multiline=True,
        key_bindings=bindings(typist, is_unfinished),
        history=history,
        completer=Offers(typist),
        complete_while_typing=True,
        bottom_toolbar=typist.below,
        style=Style.from_dict(STYLE),
        color_depth=None if color else ColorDepth.DEPTH_1_BIT,
        include_default_pygments_style=False,
        erase_when_done=True,
        enable_suspend=True,
        enable_open_in_editor=False,
        interrupt_exception=Interrupted,
    )


def is_unfinished(text: str) -> bool:
    """Whether Enter is to begin a new line: quotes or a code block are open.

    An empty last line ends it all the same. An apostrophe is none of these quotes.
    """
    if text.endswith("\n"):
        return False
    return text.count(FENCE) % 2 == 1 or text.replace(FENCE, "").count('"') % 2 == 1


def bindings(typist: Typist, is_unfinished: Callable[[str], bool]) -> KeyBindings:
    """What keys do beside what they do on any line."""
    keys = KeyBindings()
    in_line = has_focus(DEFAULT_BUFFER)  # and not in a search

    @keys.add("enter", filter=in_line)
    def accept(event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        if is_unfinished(buffer.text):
            buffer.insert_text("\n")
        else:
            buffer.validate_and_handle()

    @keys.add("escape", "enter", filter=in_line)
    def begin_line(event: KeyPressEvent) -> None:
        event.current_buffer.insert_text("\n")

    @keys.add("c-c", filter=in_line)
    def interrupt(event: KeyPressEvent) -> None:
        if event.current_buffer.text:
            event.current_buffer.reset()
        else:
            typist.interrupted()

    return keys


class Offers(Completer):
    """Completions as prompt-toolkit wants them."""

    def __init__(self, typist: Typist) -> None:
        self._typist = typist

    def get_completions(
        self, document: "Document", complete_event: CompleteEvent
    ) -> Iterable[Shown]:
        """See `Completer`."""
        del complete_event
        for each in self._typist.completions(document.text_before_cursor):
            yield Shown(
                each.text,
                start_position=-each.back,
                display=" ".join(clean(each.label).split()),
                display_meta=" ".join(clean(each.says).split()),
            )
