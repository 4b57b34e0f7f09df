"""Results of actions that really ran, kept beside a transcript: masked, for the next rehearsals."""

import json
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

from chatops_cli.errors import ChatOpsError
from chatops_cli.model.execution import Status
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.records.events import ExecutionRequested
from chatops_cli.rehearsal.stub import ENDINGS
from chatops_cli.rehearsal.writing import replace_text
from chatops_cli.runners.contract import Outcome

SUFFIX = ".results.json"


@frozen
class KeptResult:
    """What an action answered to these parameters; all of it is masked."""

    action: str
    parameters: JsonObject
    status: Status
    result: Json


class KeptResults:
    """The results of one transcript. Those of the same call serve in turn; the last one goes on.

    Args:
        results: What was kept before.
        is_open: Whether actions without a result may run, for their results to be kept.
        requested: The request of an execution, as it is on record.
    """

    def __init__(
        self,
        results: Iterable[KeptResult],
        *,
        is_open: bool,
        requested: Callable[[str], ExecutionRequested],
    ) -> None:
        self._results: dict[str, list[KeptResult]] = {}
        for result in results:
            self._results.setdefault(_key(result.action, result.parameters), []).append(result)
        self._is_open = is_open
        self._requested = requested
        self._served: Counter[str] = Counter()
        self.wanted: list[str] = []

    def find(self, execution_id: str) -> Outcome | None:
        """See `stand_in.Kept.find`."""
        if self._is_open:
            return None
        request = self._requested(execution_id)
        key = _key(request.action, request.parameters)
        found = self._results.get(key)
        if not found:
            return None
        kept = found[min(self._served[key], len(found) - 1)]
        self._served[key] += 1
        return Outcome(status=kept.status, result=kept.result)

    def keep(self, execution_id: str) -> bool:
        """See `stand_in.Kept.keep`."""
        if self._is_open:
            self.wanted.append(execution_id)
        return self._is_open


def file_of(transcript: str) -> Path:
    """The file that the results of a transcript are kept in."""
    return Path(transcript).with_suffix(SUFFIX)


def read_results(path: Path) -> tuple[KeptResult, ...]:
    """The results that were kept; none where there is no file.

    Raises:
        ChatOpsError: The file can't be read.
    """
    try:
        listed = json.loads(path.read_bytes())["results"]
        return tuple(
            KeptResult(
                action=str(each["action"]),
                parameters=dict(each["parameters"]),
                status=ENDINGS[each["status"]],
                result=each["result"],
            )
            for each in listed
        )
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise ChatOpsError(
            f"the kept results {path} can't be read", hint="remove the file, and record again"
        ) from error


def write_results(path: Path, results: Iterable[KeptResult]) -> None:
    """The results are on disk, in place of those there.

    Raises:
        ChatOpsError: They can't be written.
    """
    listed: list[Json] = [
        {
            "action": each.action,
            "parameters": dict(each.parameters),
            "status": str(each.status),
            "result": each.result,
        }
        for each in results
    ]
    text = json.dumps({"results": listed}, indent=2, ensure_ascii=False, sort_keys=True)
    replace_text(path, f"{text}\n")


def _key(action: str, parameters: JsonObject) -> str:
    return f"{action} {json.dumps(dict(parameters), sort_keys=True)}"
