"""How a bridge stands at one moment: what `chatops status`, probes and metrics are told."""

import json
import os
from datetime import datetime
from pathlib import Path

from chatops_cli.bridge.line import LineState
from chatops_cli.errors import NotFoundError, RecordError
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json
from chatops_cli.records.atomic import make_folder, write_file
from chatops_cli.records.lock import is_held, take_now
from chatops_cli.records.record import timestamp

LOCK = "bridge.lock"
"""The file in the state folder that a bridge has locked for as long as it lives."""
FILE = "bridge.json"
"""Where it writes how it stands, in the state folder."""
WORKING = frozenset({LineState.UP, LineState.OVER, LineState.STANDBY})
"""States of a line in which nothing has to be mended."""


@frozen
class LineStanding:
    """One connection: its state, how often it was connected, and why it is down."""

    name: str
    network: str
    state: LineState
    connected: int
    error: str = ""


@frozen
class Standing:
    """The bridge. `working` are messages that are worked on, `taken` all that were taken.

    `waiting` are replies on their way, `lost` those that no room took. `refusal` is why the last
    reload was refused; empty where it wasn't. Times are aware UTC.
    """

    version: str
    pid: int
    since: datetime
    time: datetime
    is_ending: bool
    lines: tuple[LineStanding, ...]
    working: int
    taken: int
    waiting: int
    lost: int
    reloaded: datetime | None = None
    refusal: str = ""

    @property
    def is_ready(self) -> bool:
        """Whether a line is up, and it is not about to end."""
        return not self.is_ending and any(line.state in WORKING for line in self.lines)

    def as_json(self) -> dict[str, Json]:
        """For scripts, and for the file."""
        return {
            "version": self.version,
            "pid": self.pid,
            "since": timestamp(self.since),
            "time": timestamp(self.time),
            "ready": self.is_ready,
            "ending": self.is_ending,
            "lines": [
                {
                    "name": line.name,
                    "network": line.network,
                    "state": str(line.state),
                    "connected": line.connected,
                    "error": line.error or None,
                }
                for line in self.lines
            ],
            "working": self.working,
            "taken": self.taken,
            "waiting": self.waiting,
            "lost": self.lost,
            "reloaded": timestamp(self.reloaded) if self.reloaded else None,
            "refusal": self.refusal or None,
        }


def lock_of(home: Path) -> int:
    """The open file that says, for as long as it is open, that a bridge has this state folder.

    Raises:
        RecordError: Another one has it.
    """
    make_folder(home)
    found = take_now(home / LOCK)
    if found is None:
        raise RecordError(
            f"another bridge uses {home}",
            hint="end that one, or give this one a state folder of its own: --home",
        )
    return found


def write_standing(home: Path, standing: Standing) -> None:
    """Whoever may read the state folder can read how the bridge stands.

    Raises:
        OSError: It couldn't be written.
    """
    write_file(home / FILE, json.dumps(standing.as_json()).encode() + b"\n")


def read_standing(home: Path) -> dict[str, Json]:
    """What the bridge that runs with this state folder has written last.

    Raises:
        NotFoundError: None runs.
        RecordError: What it has written can't be read.
    """
    try:
        found = json.loads((home / FILE).read_bytes())
    except FileNotFoundError as error:
        raise _absent(home) from error
    except (OSError, ValueError) as error:
        raise RecordError(f"{home / FILE} cannot be read: {error}") from error
    if not isinstance(found, dict) or not isinstance(found.get("pid"), int):
        raise RecordError(f"{home / FILE} cannot be read: it is no standing")
    # The lock alone tells, but trying it might keep a bridge that starts just now from having it.
    if not _lives(found["pid"]) or not is_held(home / LOCK):
        raise _absent(home)
    return found


def _absent(home: Path) -> NotFoundError:
    return NotFoundError(f"no bridge runs with {home}", hint="start it: chatops bridge")


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except PermissionError:
        return True
    except OSError:
        return False
    return True
