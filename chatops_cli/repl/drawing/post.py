"""A post as lines: who, when, and what, a thread indented."""

from collections.abc import Iterator
from dataclasses import replace

from chatops_cli.rendering.cells import width_of, wrap
from chatops_cli.rendering.cleaning import clean, to_ascii
from chatops_cli.rendering.terminal import draw
from chatops_cli.repl.drawing.look import BOT_COLOR, DIM, Look, color_of
from chatops_cli.repl.session import Post

INDENT = 2


def lines_of(post: Post, look: Look, *, bot: str) -> Iterator[str]:
    """The lines of a post, no wider than the terminal but for code and addresses.

    Args:
        post: What was said.
        look: What the terminal can show.
        bot: The bot's name.
    """
    bar = ("  \u2502 " if look.unicode else "  | ") if post.thread else ""
    within = replace(look, width=look.width - len(bar))
    for line in _lines(post, within, clean(bot if post.who is None else post.who.display)):
        yield f"{look.style(bar, DIM)}{line}".rstrip()


def _lines(post: Post, look: Look, name: str) -> Iterator[str]:
    """Who and when, and what: behind it where it is one line that fits there, else below."""
    time = post.time.astimezone().strftime("%H:%M")
    edited = " (edited)" if post.is_edited else ""
    taken = width_of(f"{time} [{post.number}] {name}{edited}: ")
    color = BOT_COLOR if post.who is None else color_of(str(post.who))
    head = f"{look.style(f'{time} [{post.number}]', DIM)} {look.style(name, color)}{edited}:"
    within = replace(look, width=look.width - INDENT)
    plain = list(_content(post, replace(within, color=False)))
    if len(plain) == 1 and taken + width_of(plain[0]) <= look.width and not _is_framed(post):
        yield f"{head} {next(iter(_content(post, within)))}"
        return
    yield head
    yield from (f"{'':{INDENT}}{line}" for line in _content(post, within))


def _content(post: Post, look: Look) -> list[str]:
    if post.reply is not None:
        drawn = draw(post.reply, width=look.width, color=look.color, unicode=look.unicode)
        return drawn.split("\n")
    text = clean(post.text)
    return wrap(text if look.unicode else to_ascii(text), look.width)


def _is_framed(post: Post) -> bool:
    return post.reply is not None and bool(post.reply.attachments)
