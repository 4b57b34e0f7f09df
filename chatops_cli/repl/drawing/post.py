"""A post as lines: who, when, and what, a thread indented."""

from collections.abc import Iterator
from dataclasses import replace

from chatops_cli.rendering.cells import width_of, wrap
from chatops_cli.rendering.cleaning import clean, to_ascii
from chatops_cli.rendering.likeness import likeness
from chatops_cli.rendering.networks import Markup, Network
from chatops_cli.rendering.terminal import draw
from chatops_cli.repl.drawing.graphics import Graphics
from chatops_cli.repl.drawing.look import BOT_COLOR, DIM, Look, color_of
from chatops_cli.repl.drawing.prose import Prose
from chatops_cli.repl.session import Post

INDENT = 2


def lines_of(post: Post, look: Look, *, bot: str, network: Network | None = None) -> Iterator[str]:
    """The lines of a post, no wider than the terminal but for code and addresses.

    Args:
        post: What was said.
        look: What the terminal can show.
        bot: The bot's name.
        network: What the bot says is drawn as this network shows it; None as all of it.
    """
    name = clean(bot if post.who is None else post.who.display)
    if post.reply is None or network is None:
        yield from _barred(post, look, name, network)
        return
    like = likeness(post.reply, network)
    for part in like.parts:
        yield from _barred(replace(post, reply=part, thread=part.thread), look, name, network)
    for remark in like.remarks:
        for line in wrap(f"{network.name}: {remark}", look.width):
            yield look.style(line, DIM)


def _barred(post: Post, look: Look, name: str, network: Network | None) -> Iterator[str]:
    """A message, behind a bar where it stands in a thread."""
    bar = ("  \u2502 " if look.unicode else "  | ") if post.thread else ""
    within = replace(look, width=look.width - len(bar))
    markup = network.markup if network is not None else None
    post, drawn = _illustrated(post, look)
    for line in _lines(post, within, name, markup):
        yield f"{look.style(bar, DIM)}{line}".rstrip()
    yield from drawn


def _illustrated(post: Post, look: Look) -> tuple[Post, list[str]]:
    """The post without the addresses of the pictures that are drawn below it, and these."""
    if post.reply is None or look.graphics is Graphics.NONE:
        return post, []
    from chatops_cli.repl.drawing.pictures import picture

    drawn, attachments = [], []
    for attachment in post.reply.attachments:
        found = picture(attachment.image_url, look.graphics, columns=look.width)
        drawn += [found] if found else []
        attachments.append(replace(attachment, image_url="") if found else attachment)
    return replace(post, reply=replace(post.reply, attachments=tuple(attachments))), drawn


def _lines(post: Post, look: Look, name: str, markup: Markup | None) -> Iterator[str]:
    """Who and when, and what: behind it where it is one line that fits there, else below."""
    time = post.time.astimezone().strftime("%H:%M")
    edited = " (edited)" if post.is_edited else ""
    taken = width_of(f"{time} [{post.number}] {name}{edited}: ")
    color = BOT_COLOR if post.who is None else color_of(str(post.who))
    head = f"{look.style(f'{time} [{post.number}]', DIM)} {look.style(name, color)}{edited}:"
    within = replace(look, width=look.width - INDENT)
    plain = _content(post, replace(within, color=False), markup)
    if len(plain) == 1 and taken + width_of(plain[0]) <= look.width and not _is_framed(post):
        yield f"{head} {_content(post, within, markup)[0]}"
        return
    yield head
    yield from (f"{'':{INDENT}}{line}" for line in _content(post, within, markup))


def _content(post: Post, look: Look, markup: Markup | None) -> list[str]:
    if post.reply is not None:
        drawn = draw(
            post.reply,
            width=look.width,
            color=look.color,
            unicode=look.unicode,
            prose=Prose(markup, color=look.color, unicode=look.unicode),
        )
        return drawn.split("\n")
    text = clean(post.text)
    return wrap(text if look.unicode else to_ascii(text), look.width)


def _is_framed(post: Post) -> bool:
    return post.reply is not None and bool(post.reply.attachments)
