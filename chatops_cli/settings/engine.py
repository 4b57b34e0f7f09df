"""The `engine` section of the settings: where executions are kept, and where they run."""

from fnmatch import fnmatchcase
from urllib.parse import urlsplit

from chatops_cli.model.frozen import frozen
from chatops_cli.model.queue import DEFAULT, NAMES, QUEUE
from chatops_cli.reading.reader import Reader

KINDS = ("inline", "durable")
AT_ONCE = 64


@frozen
class EngineSettings:
    """Which engine the bridge runs actions with, and workers take work from.

    `url` is that of PostgreSQL as written, with its reference where it has one; empty for a file of
    SQLite in the state folder. `queues` are those that the bridge itself takes work from, `at_once`
    how many executions a process takes at once of each queue. `routes` map patterns of actions'
    refs (``*`` and ``?``) to queues, and `idempotent` are such patterns of actions that may be
    run again when the process that ran them has died.
    """

    kind: str = "inline"
    url: str = ""
    queues: tuple[str, ...] = (DEFAULT,)
    at_once: int = AT_ONCE
    routes: tuple[tuple[str, str], ...] = ()
    idempotent: tuple[str, ...] = ()

    @property
    def is_durable(self) -> bool:
        """Whether executions outlive the process that asked for them."""
        return self.kind == "durable"

    def queue_of(self, ref: str) -> str | None:
        """The queue of the first pattern that an action's ref meets; None where none does."""
        return next((queue for pattern, queue in self.routes if fnmatchcase(ref, pattern)), None)

    def is_idempotent(self, ref: str) -> bool:
        """Whether an action may be run again."""
        return any(fnmatchcase(ref, pattern) for pattern in self.idempotent)


def read_engine(reader: Reader | None) -> EngineSettings:
    """The section; what can't be understood is an error."""
    if reader is None:
        return EngineSettings()
    routes = reader.section("routes")
    found = EngineSettings(
        kind=reader.choice("kind", KINDS, "inline"),
        url=_url(reader),
        queues=_queues(reader),
        at_once=reader.integer("at_once", AT_ONCE, minimum=1),
        routes=_routes(routes) if routes is not None else (),
        idempotent=reader.strings("idempotent"),
    )
    reader.finish()
    return found


def _url(reader: Reader) -> str:
    text = reader.text("url")
    if not text or "{{" in text or urlsplit(text).scheme in {"postgresql", "postgres"}:
        return text
    # What stands there may hold a password: it isn't repeated.
    reader.report(
        "engine-url",
        "engine.url is no address of PostgreSQL",
        key="url",
        hint="write postgresql://user@host/database, or a reference to a variable that holds it: "
        "'{{ env.CHATOPS_ENGINE_URL }}'; leave it out for a file in the state folder",
    )
    return ""


def _queues(reader: Reader) -> tuple[str, ...]:
    names = reader.strings("queues", (DEFAULT,))
    for name in names:
        check_queue(reader, "queues", name)
    return names


def _routes(reader: Reader) -> tuple[tuple[str, str], ...]:
    found = []
    for pattern, value in reader.entries():
        queue = value.text() or ""
        check_queue(reader, pattern, queue)
        found.append((pattern, queue))
    return tuple(found)


def check_queue(reader: Reader, key: str, name: str) -> None:
    """A name that no queue can have is reported."""
    if not QUEUE.fullmatch(name):
        reader.report(
            "queue-name",
            f"{name!r} can't be the name of a queue",
            key=key,
            hint=NAMES,
        )
