"""Who is in the simulated room, where they are, what was said there. Pure: data in, data out."""

from collections.abc import Mapping
from dataclasses import field, replace
from datetime import datetime

from chatops_cli.access.naming import read_principal
from chatops_cli.errors import ChatOpsError
from chatops_cli.model.chat import Message, Principal, Reply
from chatops_cli.model.frozen import frozen

KEPT = 500
"""Posts that are kept: what is older can't be answered, edited or shown again."""


@frozen
class Place:
    """A channel, or the direct messages of one person with the bot."""

    name: str
    is_direct: bool = False


@frozen
class Post:
    """Something that was said: a person's `text`, or the bot's `reply`.

    `id` is that of the message; the bot's have ids of their own. `thread` is the id of the post
    that a thread was begun under.
    """

    number: int
    id: str
    room: str
    time: datetime
    who: Principal | None = None
    text: str = ""
    reply: Reply | None = None
    thread: str | None = None
    is_edited: bool = False
    reactions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def root(self) -> str:
        """The thread that an answer to it stands in."""
        return self.thread or self.id


@frozen
class Session:
    """The state of the simulated room. `people` are by the text of their principals.

    `thread` is the one that is written in. `seen` is the number of the last post that was shown of
    each room; `numbers` counts posts from 1. `like` is the network that replies are shown as.
    """

    people: Mapping[str, Principal]
    me: str
    place: Place
    thread: str | None = None
    rooms: tuple[str, ...] = ()
    posts: tuple[Post, ...] = ()
    seen: Mapping[str, int] = field(default_factory=dict)
    numbers: int = 0
    is_dry: bool = False
    like: str = ""

    @property
    def principal(self) -> Principal:
        """Who is speaking."""
        return self.people[self.me]

    @property
    def here(self) -> tuple[Post, ...]:
        """What was said in this room."""
        return tuple(post for post in self.posts if post.room == self.place.name)

    @property
    def unread(self) -> dict[str, int]:
        """How many posts of other rooms were not shown yet; only rooms that have some."""
        counts: dict[str, int] = {}
        for post in self.posts:
            if post.room != self.place.name and post.number > self.seen.get(post.room, 0):
                counts[post.room] = counts.get(post.room, 0) + 1
        return counts


def begin(principal: Principal, place: Place) -> Session:
    """A session of one person."""
    empty = Session(people={str(principal): principal}, me=str(principal), place=place)
    return _entered(empty, place)


def principal_of(text: str) -> Principal:
    """Whom a text names: ``alice``, ``slack:U1`` or ``slack:T1:U1``.

    Raises:
        ChatOpsError: It names nobody.
    """
    return read_principal(text)


def speak_as(session: Session, principal: Principal) -> Session:
    """This person speaks from now on; one who was there before keeps the name they had."""
    key = str(principal)
    people = {**session.people}
    if key not in people or principal.name:
        people[key] = principal
    changed = replace(session, people=people, me=key)
    if session.place.is_direct:
        return enter(changed, direct_place(people[key]))
    return changed


def rename(session: Session, name: str) -> Session:
    """The person who speaks is shown by this name; who they are, and what they may, stays."""
    person = replace(session.principal, name=name)
    return replace(session, people={**session.people, session.me: person})


def place_of(name: str) -> Place:
    """A room by its name; those of direct messages begin with ``@``."""
    return Place(name=name, is_direct=name.startswith("@"))


def direct_place(principal: Principal) -> Place:
    """Where this person talks with the bot alone."""
    return Place(name=f"@{principal.user}", is_direct=True)


def enter(session: Session, place: Place) -> Session:
    """The person is in another room, outside of its threads."""
    return _entered(replace(session, place=place, thread=None), place)


def enter_thread(session: Session, post: Post) -> Session:
    """The person writes in the thread under a post."""
    return replace(session, thread=post.root)


def leave_thread(session: Session) -> Session:
    """The person writes in the room itself."""
    return replace(session, thread=None)


def set_dry(session: Session, *, is_dry: bool) -> Session:
    """Whether messages are only looked at, and not run."""
    return replace(session, is_dry=is_dry)


def show_like(session: Session, network: str) -> Session:
    """Replies are shown as this network shows them; as all of it where it is empty."""
    return replace(session, like=network)


def read_all(session: Session) -> Session:
    """What there is in this room was shown."""
    return replace(session, seen={**session.seen, session.place.name: session.numbers})


def _entered(session: Session, place: Place) -> Session:
    rooms = session.rooms if place.name in session.rooms else (*session.rooms, place.name)
    return replace(session, rooms=rooms)


def message_of(session: Session, text: str, *, message_id: str, time: datetime) -> Message:
    """What the person says here and now."""
    return Message(
        id=message_id,
        text=text,
        principal=session.principal,
        room=session.place.name,
        time=time,
        thread=session.thread,
        is_direct=session.place.is_direct,
    )


def said(session: Session, message: Message) -> tuple[Session, Post]:
    """A message is among the posts."""
    post = Post(
        number=session.numbers + 1,
        id=message.id,
        room=message.room,
        time=message.time,
        who=message.principal,
        text=message.text,
        thread=message.thread,
    )
    return _added(session, post), post


def replied(session: Session, reply: Reply, *, time: datetime) -> tuple[Session, Post]:
    """A reply of the bot is among the posts; what is said elsewhere makes that room known."""
    number = session.numbers + 1
    post = Post(
        number=number,
        id=f"bot-{number}",
        room=reply.room,
        time=time,
        reply=reply,
        thread=reply.thread,
    )
    return _added(session, post), post


def _added(session: Session, post: Post) -> Session:
    rooms = session.rooms if post.room in session.rooms else (*session.rooms, post.room)
    changed = replace(
        session, posts=(*session.posts, post)[-KEPT:], numbers=post.number, rooms=rooms
    )
    return read_all(changed) if post.room == session.place.name else changed


def find(session: Session, number: int) -> Post:
    """The post of this number.

    Raises:
        ChatOpsError: There is none in this room.
    """
    for post in session.here:
        if post.number == number:
            return post
    raise ChatOpsError(
        f"there is no post {number} in {session.place.name}",
        hint="the number stands before each post",
    )


def put(session: Session, post: Post) -> Session:
    """The post in the place of the one with its number."""
    posts = tuple(post if each.number == post.number else each for each in session.posts)
    return replace(session, posts=posts)


def edited(session: Session, post: Post, text: str) -> tuple[Session, Post]:
    """A person's post says something else."""
    changed = replace(post, text=text, is_edited=True)
    return put(session, changed), changed


def reacted(session: Session, post: Post, sign: str) -> tuple[Session, Post]:
    """The person who speaks has put a sign on a post; put there again, it is taken away."""
    name = session.principal.display
    names = post.reactions.get(sign, ())
    names = tuple(each for each in names if each != name) if name in names else (*names, name)
    signs = {**post.reactions, sign: names}
    changed = replace(post, reactions={sign: who for sign, who in signs.items() if who})
    return put(session, changed), changed
