"""What is done to posts: `/edit`, `/react`."""

from dataclasses import replace
from typing import TYPE_CHECKING

from chatops_cli.repl import session as people
from chatops_cli.repl.commands.command import Command, Offer, UsageError, number_first, usage_error

if TYPE_CHECKING:
    from chatops_cli.repl.desk import Desk
    from chatops_cli.repl.session import Post

SIGNS = (":+1:", ":-1:", ":eyes:", ":tada:", ":white_check_mark:")


async def edit(desk: "Desk", argument: str) -> None:
    number, text = number_first(argument)
    if not text:
        raise usage_error("edit", EDIT.usage)
    post = own_post(desk, number)
    desk.session, post = people.edited(desk.session, post, text)
    desk.face.show(post)
    message = replace(
        desk.message(text), id=post.id, room=post.room, thread=post.thread, is_edited=True
    )
    desk.hand_in(message)


async def react(desk: "Desk", argument: str) -> None:
    sign, _, rest = argument.partition(" ")
    number, surplus = number_first(rest.strip())
    if not sign or surplus:
        raise usage_error("react", REACT.usage)
    here = desk.session.here
    if not here:
        raise UsageError("nothing was said here yet that you could react to")
    post = here[-1] if number is None else people.find(desk.session, number)
    desk.session, post = people.reacted(desk.session, post, sign)
    shown = ", ".join(f"{sign} {', '.join(who)}" for sign, who in post.reactions.items())
    desk.face.note([f"post {post.number}: {shown or 'no reactions any more'}"])


def own_post(desk: "Desk", number: int | None) -> "Post":
    """The person's post of this number, or their last one here.

    Raises:
        ChatOpsError: There is none, or it is somebody else's.
    """
    me = desk.session.principal
    if number is not None:
        post = people.find(desk.session, number)
        if post.who is None or str(post.who) != str(me):
            raise UsageError(f"post {number} is not yours", hint="people edit what they said")
        return post
    own = [post for post in desk.session.here if post.who and str(post.who) == str(me)]
    if not own:
        raise UsageError("you have said nothing here yet that could be edited")
    return own[-1]


EDIT = Command(
    name="edit",
    usage="[NUMBER] TEXT",
    says="Change what you said; an edited message never runs.",
    act=edit,
    examples=("/edit !ping", "/edit 3 !ping"),
)
REACT = Command(
    name="react",
    usage="SIGN [NUMBER]",
    says="Put a sign on a post, or take it away; by default the last one.",
    act=react,
    examples=("/react :+1:", "/react :eyes: 3"),
    offers=lambda _desk: tuple(map(Offer, SIGNS)),
)
