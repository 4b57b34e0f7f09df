"""A shell on a host, in which one command is run. All of it blocks: it is for a thread.

Source: MS-WSMV: Create, Command, Send, Receive, Signal, Delete.
"""

import logging
import ssl
import threading
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import cast

from pypsrp.exceptions import WinRMError, WSManFaultError
from pypsrp.shell import CommandState, SignalCode, WinRS
from pypsrp.wsman import NAMESPACES, OptionSet, SelectorSet, WSMan

from chatops_cli.runners.contract import OnOutput
from chatops_cli.runners.winrm.job import Job
from chatops_cli.runners.winrm.login import Login
from chatops_cli.runners.winrm.refusal import EXPECTED

POLL = 2
"""Seconds for which the host is asked for output in one go: as long may an end take to be seen."""

CONNECTING, ANSWERING, READING = 20, 20, 30
"""Seconds for a connection, for the host to do what it is asked, and for its answer to come."""

BACKOFF = 0.1
"""Seconds before a lost answer is asked for again, doubled each time, five times at most."""

UTF8 = 65001

NOTHING_YET = 2150858793
"""The fault of a Receive that has nothing to tell in its time. Source: MS-WSMV 3.1.4.1.31."""


class Work:
    """One job on one host. `stop` may be set by any thread; what runs there is ended then."""

    def __init__(self, login: Login, job: Job, on_output: OnOutput) -> None:
        self._login = login
        self._job = job
        self._on_output = on_output
        self.stop = threading.Event()
        self.was_started = False

    def run(self) -> int | None:
        """The return code; None where it was stopped, which the host has confirmed then.

        Raises:
            Exception: One of `EXPECTED`.
        """
        with _connected(self._login) as wsman:
            shell = WinRS(
                wsman,
                codepage=UTF8,
                environment=dict(self._job.environment) or None,
                working_directory=self._job.cwd,
            )
            shell.open()
            try:
                return None if self.stop.is_set() else self._perform(wsman, shell)
            finally:
                with suppress(*EXPECTED):
                    shell.close()

    def _perform(self, wsman: WSMan, shell: WinRS) -> int | None:
        command = _start(wsman, shell, self._job.line)
        self.was_started = True
        try:
            self._feed(shell, command, wsman.max_payload_size)
            code = self._receive(shell, command)
        except EXPECTED:
            with suppress(*EXPECTED):
                shell.signal(SignalCode.TERMINATE, command)
            raise
        if code is None:
            shell.signal(SignalCode.TERMINATE, command)
        return code

    def _feed(self, shell: WinRS, command: str, size: int) -> None:
        """Stdin goes in, and ends, also where there is none: nothing may wait for more."""
        data = self._job.stdin
        for start in range(0, len(data) or 1, size):
            if self.stop.is_set():
                return
            part, is_last = data[start : start + size], start + size >= len(data)
            try:
                shell.send("stdin", part, command_id=command, end=is_last)
            except WSManFaultError:
                # It has ended without reading all of it, which is its own matter.
                return

    def _receive(self, shell: WinRS, command: str) -> int | None:
        """Output as it comes, until the end, which gives the return code, or `stop`."""
        while not self.stop.is_set():
            try:
                state, code, output = shell.receive(command_id=command, timeout=POLL)
            except WSManFaultError as fault:
                if fault.code != NOTHING_YET:
                    raise
                continue
            for stream, chunk in output.items():
                if chunk:
                    self._on_output(stream, chunk)
            if state == CommandState.DONE:
                # The host keeps what it knows of a command until it is given up.
                with suppress(*EXPECTED):
                    shell.signal(SignalCode.TERMINATE, command)
                return code or 0
        return None


def _start(wsman: WSMan, shell: WinRS, line: str) -> str:
    """The id of the command, which runs now; its stdin is a pipe.

    Source: MS-WSMV 2.2.4.7 and 3.1.4.11, WINRS_CONSOLEMODE_STDIN and WINRS_SKIP_CMD_SHELL.
    """
    options = OptionSet()
    options.add_option("WINRS_CONSOLEMODE_STDIN", "FALSE")
    options.add_option("WINRS_SKIP_CMD_SHELL", "FALSE")
    selectors = SelectorSet()
    selectors.add_option("ShellId", shell.id or "")
    body = ET.Element(f"{{{NAMESPACES['rsp']}}}CommandLine")
    ET.SubElement(body, f"{{{NAMESPACES['rsp']}}}Command").text = line
    answer = wsman.command(shell.resource_uri, body, option_set=options, selector_set=selectors)
    command: str | None = answer.findtext(
        "rsp:CommandResponse/rsp:CommandId", namespaces=NAMESPACES
    )
    if not command:
        raise WinRMError("the command that was started has no id")
    return command


@contextmanager
def _connected(login: Login) -> Iterator[WSMan]:
    # It logs what it sends, and what went wrong with a traceback: both are told in words here.
    logging.getLogger("pypsrp").setLevel(logging.CRITICAL + 1)
    wsman = WSMan(
        login.host,
        port=login.port,
        username=login.username,
        password=login.password,
        ssl=login.uses_tls,
        auth=login.auth,
        cert_validation=cast("bool", _authorities()) if login.verifies else False,
        operation_timeout=ANSWERING,
        connection_timeout=CONNECTING,
        read_timeout=READING,
        reconnection_backoff=BACKOFF,
    )
    try:
        yield wsman
    finally:
        wsman.close()


def _authorities() -> str | bool:
    """The file or folder with the authorities that this machine trusts; True for Mozilla's list.

    It is handed on to requests, which takes both.

    As for http-request: the system's, or what SSL_CERT_FILE and SSL_CERT_DIR name.
    """
    paths = ssl.get_default_verify_paths()
    return paths.cafile or paths.capath or True
