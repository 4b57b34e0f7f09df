"""The database of durable executions: where it is, and how it is reached."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from chatops_cli.errors import RecordError, SettingsError
from chatops_cli.model.frozen import frozen
from chatops_cli.records.atomic import make_folder

if TYPE_CHECKING:
    from dbos import DBOSClient, WorkflowStatus
    from dbos._serialization import Serializer

FILE = "engine.db"
"""The file of SQLite, in the state folder."""
EXECUTORS = "executors"
"""The folder of the locks of those who share that file."""
APPLICATION = "chatops"
PROTOCOL = "flow-1"
"""Raised only when the order of recorded steps changes: work waits for who knows its version."""
LOST = "chatops.lost"
"""The queue of what nobody may run again: whoever is there says that it is abandoned."""
FLOW = "execution"
"""The name of the one workflow of DBOS: an execution."""

Flow: TypeAlias = "WorkflowStatus"


@frozen
class Store:
    """The database. `url` is as SQLAlchemy takes it; `folder` holds locks of SQLite's processes."""

    url: str
    folder: Path
    is_cluster: bool

    def prepare(self) -> None:
        """The file is there, for its owner only, and writers don't keep readers out.

        Raises:
            RecordError: It can't be.
        """
        if self.is_cluster:
            return
        import sqlite3

        path = self.folder.parent / FILE
        try:
            make_folder(self.folder)
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
            connection = sqlite3.connect(path, timeout=30)
            try:
                connection.execute("PRAGMA journal_mode = WAL")
            finally:
                connection.close()
        except (OSError, sqlite3.Error) as error:
            raise RecordError(
                f"{path} cannot be written: {error}", hint="free some space, or see its owner"
            ) from error


def store_of(home: Path, url: str) -> Store:
    """The database of a state folder, or the one that the settings name.

    Raises:
        SettingsError: What is needed for it isn't installed.
    """
    check_installed(is_cluster=bool(url))
    if not url:
        return Store(url=f"sqlite:///{home / FILE}", folder=home / EXECUTORS, is_cluster=False)
    _, _, rest = url.partition("://")
    return Store(url=f"postgresql+psycopg://{rest}", folder=home / EXECUTORS, is_cluster=True)


def check_installed(*, is_cluster: bool) -> None:
    """What the engine needs is there.

    Raises:
        SettingsError: It isn't.
    """
    from importlib.util import find_spec

    wanted = ("dbos", "psycopg") if is_cluster else ("dbos",)
    if missing := [name for name in wanted if find_spec(name) is None]:
        raise SettingsError(
            f"the durable engine needs {' and '.join(missing)}",
            hint="pip install 'chatops-cli[durable]'",
        )


class Ledger:
    """Executions in the database: each is there once, by its id.

    Calls block while PostgreSQL is away, until it is back; those of one that isn't `patient` fail.
    They raise `RecordError` where the database can't be read or written.
    """

    def __init__(self, store: Store, *, patient: bool = True) -> None:
        self._store = store
        self._patient = patient
        self._opened: DBOSClient | None = None

    def submit(self, execution_id: str, queue: str, request: str) -> None:
        """It waits in the queue; where it has been submitted before, nothing happens."""
        with self._client() as client:
            client.enqueue(
                {
                    "workflow_name": FLOW,
                    "queue_name": queue,
                    "workflow_id": execution_id,
                    "app_version": PROTOCOL,
                },
                execution_id,
                request,
            )

    def ended(self, execution_ids: Iterable[str]) -> "list[Flow]":
        """Those of them that have ended, with what came of them."""
        with self._client() as client:
            return client.list_workflows(
                workflow_ids=list(execution_ids), status=list(ENDS), load_input=False
            )

    def find(self, execution_id: str) -> "Flow | None":
        """One, with what was asked for."""
        with self._client() as client:
            found = client.list_workflows(workflow_ids=[execution_id], load_output=False)
        return found[0] if found else None

    def running(self) -> "list[Flow]":
        """Those that some process has begun with."""
        with self._client() as client:
            return client.list_workflows(status="PENDING", load_input=False, load_output=False)

    def cancel(self, execution_id: str) -> None:
        """It does not begin, or whoever runs it ends it within a second or so."""
        with self._client() as client:
            client.cancel_workflow(execution_id)

    def again(self, execution_id: str, queue: str) -> None:
        """It waits in a queue once more."""
        with self._client() as client:
            client.resume_workflow(execution_id, queue_name=queue)

    def forget(self, before: str) -> int:
        """Those that ended before this time (ISO 8601) are gone; how many, 500 at most."""
        with self._client() as client:
            found = client.list_workflows(
                completed_before=before,
                status=list(ENDS),
                limit=500,
                load_input=False,
                load_output=False,
            )
            client.delete_workflows([each.workflow_id for each in found])
        return len(found)

    def close(self) -> None:
        """Nothing is open."""
        opened, self._opened = self._opened, None
        if opened is not None:
            opened.destroy()

    @contextmanager
    def _client(self) -> "Iterator[DBOSClient]":
        from dbos import DBOSClient
        from dbos import error as errors
        from sqlalchemy.exc import SQLAlchemyError

        try:
            if self._opened is None:
                self._opened = DBOSClient(
                    system_database_url=self._store.url,
                    serializer=json_serializer(),
                    application_name=APPLICATION,
                    system_database_pool_size=4,
                    lazy=True,
                    retry_connection_errors=self._patient,
                )
            yield self._opened
        except (SQLAlchemyError, errors.DBOSException) as error:
            raise unusable(self._store, error) from error


def unusable(store: Store, error: Exception) -> RecordError:
    """The error of a database that can't be used; what may hold a password is left out."""
    cause = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
    name = "the engine's PostgreSQL" if store.is_cluster else str(store.folder.parent / FILE)
    hint = "see that it runs, and what engine.url says"
    if "no such table" in cause or "does not exist" in cause:
        hint = "start a bridge or a worker: it makes what is missing"
    elif not store.is_cluster:
        hint = "free some space, and see who has it locked"
    return RecordError(f"{name} cannot be used: {cause}", hint=hint)


SUCCESS, CANCELLED = "SUCCESS", "CANCELLED"
ENDS = (SUCCESS, "ERROR", CANCELLED, "MAX_RECOVERY_ATTEMPTS_EXCEEDED")
"""States of DBOS that nothing follows."""


def json_serializer() -> "Serializer":
    """Rows as JSON: the default is pickle, by which a row would run code."""
    import json

    from dbos import Serializer

    class Json(Serializer):
        def name(self) -> str:
            return "json"

        def serialize(self, data: object) -> str:
            return json.dumps(data, default=repr)

        def deserialize(self, serialized_data: str) -> object:
            found: object = json.loads(serialized_data)
            return found

    return Json()
