"""The line that is being typed in a shell, and how that shell is told what may come next."""

import shlex
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from chatops_cli.model.frozen import frozen

GLUE = frozenset({"=", ":", "@", "::", "==", ":=", "=:"})
"""What bash takes for words of their own inside of a word, from its COMP_WORDBREAKS."""
PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._/:@%+,=-")
"""Characters that no shell reads as more than themselves."""
SENTINEL = "x"
"""Stands at the cursor while the line is cut, so that there always is a word being typed."""


class Offer(NamedTuple):
    """A word that may come next, whole, and what it stands for."""

    value: str
    help: str


@frozen
class Line:
    """A line up to the cursor: whole words without the program's name, and the one being typed.

    `quote` is the quotation mark that is open at the cursor, or empty. The shell replaces
    `incomplete` but for its first `kept` characters.
    """

    words: tuple[str, ...]
    incomplete: str
    quote: str = ""
    kept: int = 0


class Shell(NamedTuple):
    """How a shell says what is typed, and how it is answered."""

    read: Callable[[Mapping[str, str]], Line]
    write: Callable[[Line, Sequence[Offer]], str]


def read_bash(environment: Mapping[str, str]) -> Line:
    """The words as bash has cut them, one a line."""
    raw = environment["COMP_WORDS"].split("\n")
    number = int(environment["COMP_CWORD"])
    words: list[str] = []
    kept = last = ""
    for word in [*raw[1:number], *(raw[number : number + 1] or [""])]:
        if words and (word in GLUE or last in GLUE):
            kept = words[-1] + (word if word in GLUE else "")
            words[-1] += word
        else:
            kept = ""
            words.append(word)
        last = word
    found, quote = split(words[-1] + SENTINEL)
    return Line(
        words=tuple(part for word in words[:-1] for part in split(word)[0]),
        incomplete=found[-1][:-1],
        quote=quote,
        kept=sum(map(len, split(kept)[0])),
    )


def read_text(environment: Mapping[str, str]) -> Line:
    """The line as it is typed up to the cursor, as zsh and fish hand it in."""
    words, quote = split(environment["_TYPER_COMPLETE_ARGS"] + SENTINEL)
    return Line(words=tuple(words[1:-1]), incomplete=words[-1][:-1], quote=quote)


def split(text: str) -> tuple[list[str], str]:
    """The words of a shell's line, and the quotation mark that is open at its end."""
    lexer = shlex.shlex(text, posix=True)
    lexer.whitespace_split = True
    lexer.commenters = ""
    words: list[str] = []
    try:
        words.extend(iter(lexer.get_token, None))
    except ValueError:
        # The standard library's own word for where it was, which its stubs don't know.
        return [*words, lexer.token], str(getattr(lexer, "state", ""))
    return words, ""


def write_bash(line: Line, offers: Iterable[Offer]) -> str:
    """One value a line, quoted as bash needs it at the cursor; it shows no help."""
    return "\n".join(quoted(offer.value[line.kept :], line.quote) for offer in offers)


def quoted(value: str, quote: str) -> str:
    """A value as bash reads it, inside of a quotation mark or outside."""
    if quote == "'":
        return value.replace("'", "'\\''")
    special = frozenset('\\"$`') if quote else None
    return "".join(
        f"\\{character}"
        if (character in special if special else character not in PLAIN and character.isascii())
        else character
        for character in value
    )


def write_zsh(line: Line, offers: Sequence[Offer]) -> str:
    """Code that zsh evaluates; no character of a pack's text is seen by its parser."""
    del line
    if not offers:
        return "_files"
    listed = " ".join(encoded(described(offer)) for offer in offers)
    return f"local -a chatops_offers; chatops_offers=({listed}); _describe chatops chatops_offers"


def described(offer: Offer) -> str:
    """A value with its help, as zsh's `_describe` reads it."""
    value = offer.value.replace("\\", "\\\\").replace(":", "\\:")
    return f"{value}:{offer.help}" if offer.help else value


def encoded(text: str) -> str:
    """Text for zsh's ``$'...'``: all but plain characters as octal numbers of their bytes."""
    return (
        "$'"
        + "".join(chr(byte) if chr(byte) in PLAIN else f"\\{byte:03o}" for byte in text.encode())
        + "'"
    )


def write_fish(line: Line, offers: Iterable[Offer]) -> str:
    """A value and its help, a tab between them; fish quotes what it inserts."""
    del line
    return "\n".join(f"{offer.value}\t{offer.help}" for offer in offers)


SHELLS = {
    "complete_bash": Shell(read_bash, write_bash),
    "complete_zsh": Shell(read_text, write_zsh),
    "complete_fish": Shell(read_text, write_fish),
}
"""By what the variable of the script says."""
