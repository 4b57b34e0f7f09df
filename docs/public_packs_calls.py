"""Runs actions of public packs as a person would, and says which gave what they should.

What is run stands in public_packs_calls.yaml, by pack:

    calls:      a list; each has an `action` with its `parameters`, or a `message` as typed in a
                room. Optional: `status` (else succeeded), `result` (path into the result, with /
                -> value), `matches` (path -> regular expression), `reply` (a regular expression
                for what is answered), and `why`, which is told if it does something else.
    why:        what is told of each of them that says no `why` itself.
    packs:      other packs that it needs.
    config:     its configuration.
    keys:       name -> value in the datastore.
    files:      path -> text, in a folder made for this pack.
    prepare:    lines for sh, in that folder.
    answers:    "METHOD /path" -> what the server answers as JSON; else it tells what it was asked.

`$FOLDER` is that folder, `$SERVER` the address of a server on 127.0.0.1, `$PORT` its port, and a
value that is `$NUMBER` the port as a number.
Each pack has a state folder of its own which is thrown away. Where the system has `unshare`, all
runs where no network is but 127.0.0.1.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from chatops_cli.model.json import Json
from chatops_cli.reading.source import parse
from chatops_cli.reading.value import Value

if TYPE_CHECKING:
    from chatops_cli.model.problem import Problem

CALLS = Path(__file__).with_suffix(".yaml")

KEYS = {
    "entry": {"calls", "packs", "config", "keys", "files", "prepare", "answers", "why"},
    "call": {"action", "parameters", "message", "status", "result", "matches", "reply", "why"},
}

LIMIT = 120.0
"""Seconds for one command."""


class Ran(NamedTuple):
    """What came of the calls of one pack."""

    tried: int
    bad: Sequence[tuple[str, str]]
    """What was called, and why it is not as it should be."""

    def __str__(self) -> str:
        return f"{self.tried - len(self.bad)} of {self.tried}"


def run_calls(
    entries: Mapping[str, Json], places: Mapping[str, Path], home: Path
) -> dict[str, Ran]:
    """Runs the calls of the packs that are there, in a process without a network.

    Args:
        entries: what is to be run, by pack.
        places: where packs are, by ref.
        home: the state folder with their virtual environments.
    """
    task = {
        "entries": {ref: entry for ref, entry in entries.items() if ref in places},
        "places": {ref: str(place) for ref, place in places.items()},
        "virtualenvs": str(home / "virtualenvs"),
    }
    done = subprocess.run(
        [*apart(), sys.executable, __file__],
        input=json.dumps(task),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return {ref: Ran(*ran) for ref, ran in json.loads(done.stdout).items()}


def apart() -> list[str]:
    """What starts a program where only 127.0.0.1 is; nothing where the system can't."""
    for options in (["--net"], ["--net", "--map-root-user"]):
        start = ["unshare", *options, "sh", "-c", 'ip link set lo up && exec "$@"', "sh"]
        try:
            subprocess.run([*start, "true"], check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            continue
        return start
    print("the network can't be taken from the actions here", file=sys.stderr)
    return []


def read_calls(path: Path) -> dict[str, Json]:
    """What is to be run, by pack.

    Raises:
        ValueError: It can't be read, or a key is unknown and would be passed over.
    """
    problems: list[Problem] = []
    source = parse(path.read_bytes(), file=path.name)
    whole = Value(source.root, path.name, problems).json() if source.root is not None else {}
    if told := [f"{one.place}: {one.message}" for one in (*source.problems, *problems)]:
        raise ValueError("; ".join(told))
    entries = dict(mapping(whole))
    for ref, entry in entries.items():
        calls = items(mapping(entry).get("calls"))
        found = [("entry", mapping(entry)), *(("call", mapping(call)) for call in calls)]
        for kind, value in found:
            if unknown := value.keys() - KEYS[kind]:
                message = f"{path.name}: {ref}: unknown: {', '.join(sorted(unknown))}"
                raise ValueError(message)
    return entries


def run_pack(ref: str, entry: Json, places: Mapping[str, str], virtualenvs: str) -> Ran:
    """Runs the calls of one pack, one after the other, in a state folder of their own."""
    with tempfile.TemporaryDirectory() as name, serving(mapping(entry)) as port:
        folder = Path(name, "files")
        words = {"$FOLDER": str(folder), "$SERVER": f"http://127.0.0.1:{port}", "$PORT": str(port)}
        own = mapping(filled(entry, words))
        needed = [places[other] for other in (ref, *map(str, items(own.get("packs"))))]
        person = Person(Path(name), needed, virtualenvs)
        person.prepare(ref, own, folder)
        calls = [mapping(call) for call in items(own.get("calls"))]
        bad = []
        for call in calls:
            if found := person.call(call):
                print(f"{ref}: {named(call)}: {found}", file=sys.stderr)
                why = call.get("why", own.get("why", found))
                bad.append((named(call), str(why).replace(name, "").replace("\n", " ")))
        return Ran(len(calls), bad)


class Person:
    """Somebody at a terminal, with a state folder and settings of their own."""

    def __init__(self, folder: Path, packs: Sequence[str], virtualenvs: str) -> None:
        self._home = folder / "home"
        self._home.mkdir()
        (self._home / "virtualenvs").symlink_to(virtualenvs)
        self._settings = folder / "chatops.yaml"
        self._settings.write_text(json.dumps({"packs": packs, "bundled": False}))

    def prepare(self, ref: str, entry: Mapping[str, Json], folder: Path) -> None:
        """Writes the files, the configuration and the values of the datastore."""
        folder.mkdir()
        for path, text in mapping(entry.get("files")).items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(str(text), encoding="utf-8")
        if entry.get("prepare"):
            subprocess.run(
                ["/bin/sh", "-ec", str(entry["prepare"])], cwd=folder, check=True, stdout=2
            )
        if entry.get("config"):
            (self._home / "configs").mkdir()
            (self._home / "configs" / f"{ref}.yaml").write_text(json.dumps(entry["config"]))
        self.chatops("key", "generate")
        for name, value in mapping(entry.get("keys")).items():
            self.chatops("key", "set", name, str(value))

    def chatops(self, *words: str) -> str:
        """What a command prints; what it says besides goes with it where it prints nothing."""
        program = [sys.executable, "-m", "chatops_cli", "--config", str(self._settings)]
        done = subprocess.run(
            [*program, "--home", str(self._home), *words],
            capture_output=True,
            text=True,
            check=False,
            timeout=LIMIT,
            stdin=subprocess.DEVNULL,
        )
        return done.stdout or done.stderr

    def call(self, call: Mapping[str, Json]) -> str:
        """Why a call did not do as it should; nothing if it did."""
        if "message" in call:
            output = self.chatops("run", "--json", str(call["message"]))
        else:
            given = mapping(call.get("parameters")).items()
            typed = (f"{name}={typed_as(value)}" for name, value in given)
            output = self.chatops("action", "run", "--json", str(call["action"]), *typed)
        if not output.startswith("{"):
            return output.strip() or "it said nothing"
        reply = json.loads(output.splitlines()[-1])
        result: Json = None
        if reply["execution_id"]:
            result = json.loads(self.chatops("history", "output", "--json", reply["execution_id"]))
        said = "\n".join([reply["text"], *(part["text"] for part in reply["attachments"])])
        return "; ".join(differences(call, str(reply["status"] or reply["kind"]), result, said))


def differences(call: Mapping[str, Json], status: str, result: Json, said: str) -> Iterator[str]:
    """What is not as the call says it should be."""
    if status != call.get("status", "succeeded"):
        last = str(inside(result, "stderr") or inside(result, "error") or said).strip()
        yield f"{status}: {last.splitlines()[-1] if last else ''}"
    for path, value in mapping(call.get("result")).items():
        if inside(result, path) != value:
            yield f"{path} is {json.dumps(inside(result, path))[:200]}"
    for path, pattern in mapping(call.get("matches")).items():
        if not re.search(str(pattern), str(inside(result, path))):
            yield f"{path} is {json.dumps(inside(result, path))[:200]}"
    if not re.search(str(call.get("reply", "")), said):
        yield f"the reply is {json.dumps(said)[:200]}"


def inside(value: Json, path: str) -> Json:
    """What is in a value at a path; null where nothing is."""
    for key in path.split("/"):
        if isinstance(value, Mapping):
            value = value.get(key)
        elif isinstance(value, list) and key.isdecimal() and int(key) < len(value):
            value = value[int(key)]
        else:
            return None
    return value


@contextmanager
def serving(entry: Mapping[str, Json]) -> Iterator[int]:
    """The port of a server on 127.0.0.1 that gives the answers of this entry."""
    answers = mapping(entry.get("answers"))

    class Handler(BaseHTTPRequestHandler):
        """Gives the answer, or tells what was asked."""

        protocol_version = "HTTP/1.1"

        def __getattr__(self, name: str) -> object:
            if name.startswith("do_"):
                return self.answer
            raise AttributeError(name)

        def answer(self) -> None:
            """Answers whatever the method is."""
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            at = urlsplit(self.path)
            asked: Json = {
                "method": self.command,
                "path": at.path,
                "query": dict(parse_qsl(at.query)),
                "headers": {name.lower(): value for name, value in self.headers.items()},
                "body": body,
            }
            answer = answers.get(f"{self.command} {at.path}", asked)
            text = json.dumps(answer).encode()
            self.send_response(404 if at.path.endswith("/missing") else 200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(text)

        def log_message(self, *_: object) -> None:
            """Nothing: what was asked is seen by the answer."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def typed_as(value: Json) -> str:
    """A value as somebody types it."""
    return value if isinstance(value, str) else json.dumps(value)


def named(call: Mapping[str, Json]) -> str:
    """What a call is called: the message, or the action."""
    return f'"{call["message"]}"' if "message" in call else str(call["action"])


def filled(value: Json, words: Mapping[str, str]) -> Json:
    """A value with these words replaced in all its texts."""
    if value == "$NUMBER":
        return int(words["$PORT"])
    if isinstance(value, str):
        for word, text in words.items():
            value = value.replace(word, text)
        return value
    if isinstance(value, Mapping):
        return {str(filled(key, words)): filled(item, words) for key, item in value.items()}
    return [filled(item, words) for item in value] if isinstance(value, list) else value


def mapping(value: Json) -> Mapping[str, Json]:
    """The value, if it is one with keys; else an empty one."""
    return value if isinstance(value, Mapping) else {}


def items(value: Json) -> Sequence[Json]:
    """The value, if it is a list; else an empty one."""
    return value if isinstance(value, list) else []


def main() -> None:
    """Runs what standard input says, several packs at a time, and prints what came of it."""
    from concurrent.futures import ThreadPoolExecutor

    task = json.load(sys.stdin)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        running = {
            ref: pool.submit(run_pack, ref, entry, task["places"], task["virtualenvs"])
            for ref, entry in task["entries"].items()
        }
    print(json.dumps({ref: ran.result() for ref, ran in running.items()}))


if __name__ == "__main__":
    main()
