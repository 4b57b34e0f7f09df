"""A Windows host that isn't one: an HTTP(S) server on 127.0.0.1 that speaks MS-WSMV.

Command lines are run by ``sh``, so that output, exit codes, stdin and time are real. PowerShell's
command lines are taken apart by `powershell`, and its text is run by ``sh`` as well: its arguments
are ``$1``, as JSON.
"""

import base64
import contextlib
import json
import os
import re
import signal
import ssl
import subprocess
import threading
import uuid
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import TCPServer
from typing import ClassVar

import spnego
from pypsrp.encryption import WinRMEncryption

from chatops_cli.model.json import Json
from tests.support import powershell

S = "http://www.w3.org/2003/05/soap-envelope"
RSP = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
NAMES = {
    "s": S,
    "a": "http://schemas.xmlsoap.org/ws/2004/08/addressing",
    "w": "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd",
    "rsp": RSP,
}
RUNNING, DONE = f"{RSP}/CommandState/Running", f"{RSP}/CommandState/Done"
NO_SHELL, NOTHING_YET, NO_COMMAND = 2150858843, 2150858793, 2150858763
USER, PASSWORD = "administrator", "pä$$ 'word"
LARGEST = 50_000
"""Bytes of a stream in one answer."""


class FaultError(Exception):
    """A fault of the host, by its code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code


@dataclass
class Command:
    """A command: its line as it came, its process once that has what it needs."""

    line: str
    environment: dict[str, str]
    cwd: str | None
    id: str = field(default_factory=lambda: str(uuid.uuid4()).upper())
    stdin: bytes = b""
    script: str = ""
    arguments: list[Json] = field(default_factory=list)
    process: "subprocess.Popen[bytes] | None" = None
    output: dict[str, bytes] = field(default_factory=lambda: {"stdout": b"", "stderr": b""})
    code: int | None = None
    signalled: bool = False
    changed: threading.Condition = field(default_factory=threading.Condition)
    is_powershell: bool = False

    def start(self) -> None:
        """A command of the prompt runs at once; PowerShell's text may have to come by stdin."""
        if not self.line.startswith("powershell "):
            self._run(["sh", "-c", self.line])
            return
        self.is_powershell = True
        if "@($input)" not in powershell.text_of(self.line):
            self._run_powershell()

    def feed(self, data: bytes, *, is_last: bool) -> None:
        self.stdin += data
        if is_last and self.process is None:
            self._run_powershell()
        if is_last:
            assert self.process is not None
            given = b"" if self.is_powershell else self.stdin
            threading.Thread(target=_write, args=(self.process, given), daemon=True).start()

    def receive(self, seconds: float) -> tuple[dict[str, bytes], int | None]:
        """What there is after some time at most, and the exit code after the last of it."""
        with self.changed:
            self.changed.wait_for(lambda: any(self._ready()) or self.code is not None, seconds)
            chunks = {name: self.output[name][:LARGEST] for name in self._ready()}
            for name, chunk in chunks.items():
                self.output[name] = self.output[name][len(chunk) :]
            return chunks, None if any(self.output.values()) else self.code

    def _ready(self) -> list[str]:
        """The streams with something to give; PowerShell's errors come whole, in the end."""
        return [
            name
            for name, data in self.output.items()
            if data and not (self.is_powershell and name == "stderr" and self.code is None)
        ]

    def end(self) -> None:
        self.signalled = True
        if self.process is not None and self.process.poll() is None:
            # It may have ended in between, reaped by whoever waits for it.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def _run_powershell(self) -> None:
        text = powershell.received(powershell.text_of(self.line), self.stdin)
        self.script, self.arguments = powershell.divide(text)
        self._run(["sh", "-c", self.script, "powershell", json.dumps(self.arguments)])

    def _run(self, words: list[str]) -> None:
        self.process = subprocess.Popen(
            words,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={"PATH": os.environ["PATH"], **self.environment},
            cwd=self.cwd,
            start_new_session=True,
        )
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        assert self.process is not None
        readers = [
            threading.Thread(target=self._read, args=(name,), daemon=True) for name in self.output
        ]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join()
        code = self.process.wait()
        for pipe in (self.process.stdout, self.process.stderr, self.process.stdin):
            assert pipe is not None
            with suppress(OSError):  # what it never read can't be written now
                pipe.close()
        with self.changed:
            if self.is_powershell:
                said = self.output["stderr"].decode(errors="replace")
                self.output["stderr"] = powershell.clixml(said).encode()
            self.code = code & 0xFFFFFFFF
            self.changed.notify_all()

    def _read(self, name: str) -> None:
        assert self.process is not None
        pipe = getattr(self.process, name)
        while chunk := os.read(pipe.fileno(), 65536):
            with self.changed:
                # PowerShell's errors are kept until they can be written as XML.
                self.output[name] += chunk
                if not (self.is_powershell and name == "stderr"):
                    self.changed.notify_all()


def _write(process: "subprocess.Popen[bytes]", data: bytes) -> None:
    assert process.stdin is not None
    with suppress(OSError, ValueError):  # it has ended
        process.stdin.write(data)
        process.stdin.close()


@dataclass
class Shell:
    """A shell: what it was made with, and its commands."""

    environment: dict[str, str]
    cwd: str | None
    options: dict[str, str]
    id: str = field(default_factory=lambda: str(uuid.uuid4()).upper())
    commands: dict[str, Command] = field(default_factory=dict)


@dataclass
class Host:
    """A running host: what it was asked, and what it holds.

    `silent` are actions that it never answers, `broken` those that it answers with a fault,
    `instead` is an HTTP answer that it gives to everything once somebody is let in.
    """

    port: int = 0
    ntlm: bool = False
    asked: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    shells: dict[str, Shell] = field(default_factory=dict)
    gone: list[Shell] = field(default_factory=list)
    silent: set[str] = field(default_factory=set)
    broken: set[str] = field(default_factory=set)
    instead: tuple[int, bytes] | None = None
    released: threading.Event = field(default_factory=threading.Event)

    def command(self) -> Command:
        """The only command of the last shell."""
        (command,) = (self.gone or list(self.shells.values()))[-1].commands.values()
        return command

    def answer(self, action: str, envelope: ET.Element) -> str:
        """The body that answers an action."""
        name = action.rpartition("/")[2]
        self.asked.append(name)
        if name in self.silent:
            self.released.wait(60)
        if name in self.broken:
            raise FaultError(1234, f"{name} is not\n  possible here")
        body = envelope.find("s:Body", NAMES)
        assert body is not None
        if name == "Create":
            return self._create(envelope, body)
        shell = self.shells.get(_text(envelope, ".//w:Selector[@Name='ShellId']"))
        if shell is None:
            raise FaultError(NO_SHELL, "the shell was not found")
        if name == "Delete":
            self.gone.append(self.shells.pop(shell.id))
            for command in shell.commands.values():
                command.end()
            return ""
        return ANSWERS[name](shell, envelope, body)

    def _create(self, envelope: ET.Element, body: ET.Element) -> str:
        variables = body.findall(".//rsp:Variable", NAMES)
        options = envelope.findall(".//w:Option", NAMES)
        shell = Shell(
            environment={each.attrib["Name"]: each.text or "" for each in variables},
            cwd=body.findtext(".//rsp:WorkingDirectory", namespaces=NAMES),
            options={each.attrib["Name"]: each.text or "" for each in options},
        )
        self.shells[shell.id] = shell
        selector = f'<w:SelectorSet><w:Selector Name="ShellId">{shell.id}</w:Selector>'
        return (
            f"<t:ResourceCreated xmlns:t='http://schemas.xmlsoap.org/ws/2004/09/transfer'>"
            f"<a:ReferenceParameters>{selector}</w:SelectorSet></a:ReferenceParameters>"
            f"</t:ResourceCreated><rsp:Shell><rsp:ShellId>{shell.id}</rsp:ShellId></rsp:Shell>"
        )


def _start(shell: Shell, envelope: ET.Element, body: ET.Element) -> str:
    options = {each.attrib["Name"]: each.text for each in envelope.findall(".//w:Option", NAMES)}
    assert options == {"WINRS_CONSOLEMODE_STDIN": "FALSE", "WINRS_SKIP_CMD_SHELL": "FALSE"}
    command = Command(
        line=_text(body, ".//rsp:Command"), environment=shell.environment, cwd=shell.cwd
    )
    shell.commands[command.id] = command
    command.start()
    return f"<rsp:CommandResponse><rsp:CommandId>{command.id}</rsp:CommandId></rsp:CommandResponse>"


def _send(shell: Shell, _: ET.Element, body: ET.Element) -> str:
    stream = body.find(".//rsp:Stream", NAMES)
    assert stream is not None
    command = _command(shell, stream.attrib["CommandId"])
    is_last = stream.get("End", "").lower() == "true"
    command.feed(base64.b64decode(stream.text or ""), is_last=is_last)
    return "<rsp:SendResponse/>"


def _receive(shell: Shell, envelope: ET.Element, body: ET.Element) -> str:
    desired = body.find(".//rsp:DesiredStream", NAMES)
    assert desired is not None
    command = _command(shell, desired.attrib["CommandId"])
    limit = re.fullmatch(r"PT([\d.]+)S", _text(envelope, ".//w:OperationTimeout"))
    assert limit is not None
    chunks, code = command.receive(float(limit[1]))
    if code is None and not any(chunks.values()):
        raise FaultError(NOTHING_YET, "the operation timed out")
    streams = "".join(
        f'<rsp:Stream Name="{name}" CommandId="{command.id}">{base64.b64encode(data).decode()}'
        "</rsp:Stream>"
        for name, data in chunks.items()
        if data
    )
    ended = "" if code is None else f"<rsp:ExitCode>{code}</rsp:ExitCode>"
    state = (
        f'<rsp:CommandState CommandId="{command.id}" State="{RUNNING if code is None else DONE}">'
        f"{ended}</rsp:CommandState>"
    )
    return f"<rsp:ReceiveResponse>{streams}{state}</rsp:ReceiveResponse>"


def _signal(shell: Shell, _: ET.Element, body: ET.Element) -> str:
    element = body.find(".//rsp:Signal", NAMES)
    assert element is not None
    command = _command(shell, element.attrib["CommandId"])
    assert _text(element, "rsp:Code").endswith("/signal/Terminate")
    command.end()
    return "<rsp:SignalResponse/>"


def _command(shell: Shell, command: str) -> Command:
    if command not in shell.commands:
        raise FaultError(NO_COMMAND, "the command was not found")
    return shell.commands[command]


def _text(element: ET.Element, path: str) -> str:
    return element.findtext(path, default="", namespaces=NAMES)


ANSWERS: dict[str, Callable[[Shell, ET.Element, ET.Element], str]] = {
    "Command": _start,
    "Send": _send,
    "Receive": _receive,
    "Signal": _signal,
}


class Handler(BaseHTTPRequestHandler):
    """One connection: who has logged in on it, and how its messages are encrypted."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    host: ClassVar[Host]
    context: "spnego.ContextProxy | None" = None
    is_in = False
    is_encrypted = False

    def do_POST(self) -> None:
        data = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if not (self._ntlm() if self.host.ntlm else self._basic()):
            return
        self.host.bodies.append(data)
        if self.host.instead is not None:
            self._write(*self.host.instead)
        elif not data:
            self._write(200, b"")
        else:
            self._handle(self._opened(data))

    def log_message(self, *arguments: object) -> None:
        """Nothing: tests look at the host instead."""

    def _handle(self, data: bytes) -> None:
        envelope = ET.fromstring(data)
        message = _text(envelope, ".//a:MessageID")
        try:
            status, body = 200, self.host.answer(_text(envelope, ".//a:Action"), envelope)
        except FaultError as fault:
            status, body = (
                500,
                (
                    "<s:Fault><s:Code><s:Value>s:Receiver</s:Value></s:Code><s:Reason><s:Text>"
                    f"{fault}</s:Text></s:Reason><s:Detail><f:WSManFault Code='{fault.code}' "
                    "xmlns:f='http://schemas.microsoft.com/wbem/wsman/1/wsmanfault'/>"
                    "</s:Detail></s:Fault>"
                ),
            )
        names = " ".join(f'xmlns:{prefix}="{name}"' for prefix, name in NAMES.items())
        self._write(
            status,
            f"<s:Envelope {names}><s:Header><a:RelatesTo>{message}</a:RelatesTo></s:Header>"
            f"<s:Body>{body}</s:Body></s:Envelope>".encode(),
        )

    def _basic(self) -> bool:
        wanted = base64.b64encode(f"{USER}:{PASSWORD}".encode("latin-1")).decode()
        if self.headers.get("Authorization") == f"Basic {wanted}":
            return True
        self._write(401, b"", ("WWW-Authenticate", 'Basic realm="WSMAN"'))
        return False

    def _ntlm(self) -> bool:
        """Whether this connection is logged in; if not, its next step is answered."""
        if self.is_in:
            return True
        _, _, token = self.headers.get("Authorization", "").partition(" ")
        if not token:
            self._write(401, b"", ("WWW-Authenticate", "Negotiate"))
            return False
        if self.context is None:
            options = spnego.NegotiateOptions.wrapping_winrm
            self.context = spnego.server(protocol="ntlm", options=options)
        try:
            answer = self.context.step(base64.b64decode(token))
        except spnego.exceptions.SpnegoError:
            self.context = None
            self._write(401, b"", ("WWW-Authenticate", "Negotiate"))
            return False
        if answer:
            said = f"Negotiate {base64.b64encode(answer).decode()}"
            self._write(401, b"", ("WWW-Authenticate", said))
        self.is_in = self.context.complete and not answer
        return self.is_in

    def _opened(self, data: bytes) -> bytes:
        self.is_encrypted = self.headers.get("Content-Type", "").startswith("multipart/encrypted")
        if self.context is None or not self.is_encrypted:
            return data
        cipher = WinRMEncryption(self.context, WinRMEncryption.SPNEGO)
        opened: bytes = cipher.unwrap_message(data, "Encrypted Boundary")
        return opened

    def _write(self, status: int, body: bytes, *headers: tuple[str, str]) -> None:
        kind = "application/soap+xml;charset=UTF-8"
        if self.context is not None and self.is_encrypted and body:
            cipher = WinRMEncryption(self.context, WinRMEncryption.SPNEGO)
            found, body = cipher.wrap_message(body)
            kind = f'{found};protocol="{cipher.protocol}";boundary="Encrypted Boundary"'
        self.send_response(status)
        for name, value in (("Content-Type", kind), ("Content-Length", str(len(body))), *headers):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


class Server(ThreadingHTTPServer):
    """One that asks nobody for its own name, and takes it that clients hang up."""

    daemon_threads = True

    def server_bind(self) -> None:
        TCPServer.server_bind(self)

    def handle_error(self, request: object, client_address: object) -> None:
        """Nothing: the client has its reasons."""


@contextmanager
def serve_winrm(*, tls: ssl.SSLContext | None = None, ntlm: bool = False) -> Iterator[Host]:
    """A host that lets `USER` in with `PASSWORD`, by basic authentication or by NTLM."""
    host = Host(ntlm=ntlm)
    server = Server(("127.0.0.1", 0), type("OfHost", (Handler,), {"host": host}))
    if tls is not None:
        # The handshake is the connection's own thread's: a client that refuses ends that alone.
        server.socket = tls.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    host.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield host
    finally:
        host.released.set()
        for shell in (*host.shells.values(), *host.gone):
            for command in shell.commands.values():
                command.end()
        server.shutdown()
        server.server_close()
        thread.join()


def write_ntlm_users(folder: Path) -> Path:
    """The file that NTLM_USER_FILE names: who is let in."""
    file = folder / "ntlm-users"
    file.write_text(f":{USER}:{PASSWORD}\n", encoding="utf-8")
    return file


def login(host: Host) -> dict[str, Json]:
    """The runner parameters that reach a host with https and basic authentication."""
    return {
        "host": "127.0.0.1",
        "port": host.port,
        "username": USER,
        "password": PASSWORD,
        "transport": "basic",
        "scheme": "https",
        "verify_ssl_cert": True,
    }
