"""Whether a terminal draws pictures, and in which way they are sent to it."""

from collections.abc import Mapping
from enum import StrEnum


class Graphics(StrEnum):
    """How a terminal is sent pictures."""

    NONE = "none"
    KITTY = "kitty"
    ITERM2 = "iterm2"


def graphics_of(environment: Mapping[str, str]) -> Graphics:
    """What the terminal understands, as far as it says so in its variables.

    Multiplexers don't hand pictures on. Source: kitty, "Glossary", ``KITTY_WINDOW_ID`` and
    ``TERM``; iTerm2, "Images", ``TERM_PROGRAM``, and ``LC_TERMINAL``, which ssh hands on.
    """
    term, program = environment.get("TERM", ""), environment.get("TERM_PROGRAM", "")
    if environment.get("TMUX") or environment.get("STY") or term.startswith(("screen", "tmux")):
        return Graphics.NONE
    if term in {"xterm-kitty", "xterm-ghostty"} or environment.get("KITTY_WINDOW_ID"):
        return Graphics.KITTY
    if program in {"iTerm.app", "WezTerm", "mintty"} or environment.get("LC_TERMINAL") == "iTerm2":
        return Graphics.ITERM2
    return Graphics.NONE
