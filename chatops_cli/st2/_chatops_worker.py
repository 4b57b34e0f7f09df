"""A clean process of a pack's interpreter, from which the process of each Python action is forked.

`python -u _chatops_worker.py SECONDS LABEL`, with a packet socket for stdin. A packet asks for one
action: it holds the mark and the ref of it, text with a NUL between, and as descriptors the report,
stdin, stdout, stderr, the answer, and maybe the line to the datastore. The report is told the id of
the process, by itself and before it does anything else, and then what it ended with, a line each.
The process is reaped when its report is closed at the other end: until then nobody else can have
its id. One that can't tell its id ends: nobody waits for it.

Parameters, configuration and environment reach that process only, by its stdin. Nothing of a pack
is loaded here, and nothing of one action can be seen by the next: see `_chatops_learning` for what
this process hears of them. This process ends when the socket
is closed at the other end, once its children have ended or nobody asks for them any more, or when
it has had nothing to do for SECONDS.
"""

import _socket
import gc
import os
import select
import sys

import _chatops_learning
from _chatops_json import dumps
from st2common.runners import python_action

TYPE_CHECKING = False  # importing `typing` takes longer than all of this
if TYPE_CHECKING:
    import signal as _signal
else:
    import _signal  # its face in Python takes memory that every fork would copy

PACKET = 4096
DESCRIPTORS = 6
NUMBER = 4
"""Bytes of a descriptor's number in a packet."""
CONTROL = 0
MARK = "CHATOPS_PROCESS"
REHEARSAL = os.path.join(os.path.dirname(os.path.abspath(__file__)), "_chatops_rehearsal.py")
STAT_ARGUMENTS, STAT_ENVIRONMENT = 45, 47
"""Where the addresses of both stand behind the name. Source: Linux, proc(5), fields 48 and 50."""


def main() -> None:
    """Serves; in a forked process, runs the action."""
    label = _Label(sys.argv[2])
    seconds = float(sys.argv[1])
    python_action.prepare()
    rehearse()
    server = _Server(seconds)
    job = server.serve()
    if job is not None:  # this is a process that has been forked
        label.write(job.mark, job.ref)
        os.environ[MARK] = job.mark
        if not job.announce():
            os._exit(0)
        python_action.serve(
            job.answer,
            job.line,
            server.loaded,
            unlearn=lambda paths: _chatops_learning.unlearn(server.learned, paths),
            tell=lambda loaded: _chatops_learning.tell(server.teach, loaded),
        )
    os._exit(0)  # there is nothing to tidy up


def rehearse() -> None:
    """What each action needs is done once here: its memory is then shared by all of them."""
    request = {
        "path": REHEARSAL,
        "pack": "",
        "parameters": {},
        "config": {},
        "context": {},
        "log_level": "DEBUG",
    }
    dumps([1.5])
    python_action._run(request)
    gc.collect()


class _Job:
    """What a forked process is to do."""

    def __init__(self, packet: bytes, descriptors: "list[int]") -> None:
        mark, _, ref = packet.partition(b"\0")
        self.mark = mark.decode()
        self.ref = ref.decode()
        self.answer = descriptors[4]
        self.line = descriptors[5] if len(descriptors) > 5 else None  # noqa: PLR2004  # see above
        self._descriptors = descriptors

    def take_over(self) -> None:
        """This process is the action's own: session, streams, signals."""
        os.setsid()
        for number, fd in enumerate(self._descriptors[1:4]):
            os.dup2(fd, number)
            os.close(fd)

    def announce(self) -> bool:
        """Whether somebody has been told the id of this process."""
        report = self._descriptors[0]
        is_told = _tell(report, os.getpid())
        os.close(report)
        return is_told


class _Label:
    """What the process list says of this process: its last argument, and its mark.

    An action that is forked writes its own in their place: by these this program finds it and all
    that came from it, and people see what runs. Raises OSError where that can't be done.
    """

    def __init__(self, label: str) -> None:
        with open("/proc/self/stat", "rb") as stat, open("/proc/self/cmdline", "rb") as line:
            fields = stat.read().rpartition(b")")[2].split()
            arguments = line.read().split(b"\0")
        before = sum(len(argument) + 1 for argument in arguments[: arguments.index(label.encode())])
        self._argument = int(fields[STAT_ARGUMENTS]) + before, len(label.encode())
        # The mark is the first variable of all.
        name = len(MARK) + 1
        self._mark = int(fields[STAT_ENVIRONMENT]) + name, len(os.environ[MARK])
        with open("/proc/self/environ", "rb") as environment:
            if not environment.read(name) == MARK.encode() + b"=":
                raise OSError("the mark is not the first variable")
        self.write(os.environ[MARK], label)

    def write(self, mark: str, argument: str) -> None:
        """They are in place, cut where they are too long."""
        memory = os.open("/proc/self/mem", os.O_RDWR | os.O_CLOEXEC)
        for text, (address, size) in ((mark, self._mark), (argument, self._argument)):
            os.pwrite(memory, text.encode()[:size].ljust(size, b"\0"), address)
        os.close(memory)


class _Server:
    """Forks a process for each packet, and tells how each ended."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._control = _socket.socket(fileno=CONTROL)
        self._is_open = True
        self._wake, self._alarm = os.pipe()
        self._heard, self.teach = os.pipe()
        """The modules that an action has used: read here, written by its process."""
        self._first = self.loaded = python_action.arrive()
        self.learned = frozenset()  # type: frozenset[str]
        self._running = {}  # type: dict[int, int]
        """Each open report, with the process that it is about."""
        self._reported = set()  # type: set[int]
        self._left = set()  # type: set[int]
        """Processes that nobody asks for any more: they are only reaped."""
        self._poll = select.poll()
        os.set_blocking(self._wake, False)
        os.set_blocking(self._alarm, False)
        _signal.set_wakeup_fd(self._alarm)
        _signal.signal(_signal.SIGCHLD, _note)
        self._poll.register(CONTROL, select.POLLIN)
        os.set_blocking(self.teach, False)
        self._poll.register(self._wake, select.POLLIN)
        self._poll.register(self._heard, select.POLLIN)

    def serve(self) -> "_Job | None":
        """Returns in a process that has been forked, with its job, and here in the end."""
        while self._is_open or self._running:
            events = self._poll.poll(None if self._running else self._seconds * 1000)
            if not events:
                return None
            for fd, _ in events:
                if fd == CONTROL:
                    job = self._take()
                    if job is not None:
                        return job
                elif fd == self._wake:
                    os.read(self._wake, PACKET)
                    self._report_ends()
                elif fd == self._heard:
                    self._learn()
                else:
                    self._release(fd)
        return None

    def _take(self) -> "_Job | None":
        """The next packet is done; the job only in the process that is to do it."""
        space = _socket.CMSG_SPACE(DESCRIPTORS * NUMBER)
        packet, extra, flags, _ = self._control.recvmsg(PACKET, space, _socket.MSG_CMSG_CLOEXEC)
        data = b"".join(content for _, _, content in extra)
        parts = [data[i : i + NUMBER] for i in range(0, len(data), NUMBER)]
        descriptors = [int.from_bytes(part, sys.byteorder) for part in parts]
        if not packet:
            self._is_open = False
            self._poll.unregister(CONTROL)
            return None
        whole = len(descriptors) >= DESCRIPTORS - 1 and not flags & _socket.MSG_CTRUNC
        process = _fork() if whole else -1
        if process == 0:
            self._forget()
            job = _Job(packet, descriptors)
            job.take_over()
            return job
        if process > 0:
            report = descriptors.pop(0)
            self._running[report] = process
            self._poll.register(report, 0)  # that nobody reads it is told anyway
        for fd in descriptors:
            os.close(fd)
        return None

    def _learn(self) -> None:
        _chatops_learning.learn(self._heard)
        gc.collect()
        self.loaded = python_action.arrive()
        self.learned = self.loaded - self._first

    def _report_ends(self) -> None:
        for report, process in self._running.items():
            if process in self._reported:
                continue
            # Not reaped: its id stays its own.
            found = os.waitid(os.P_PID, process, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            if found is not None:
                self._reported.add(process)
                exited = found.si_code == os.CLD_EXITED
                _tell(report, found.si_status if exited else -found.si_status)
        self._left = {p for p in self._left if os.waitpid(p, os.WNOHANG)[0] == 0}

    def _release(self, report: int) -> None:
        """Nobody reads this report any more: the process is reaped, now or when it ends."""
        self._poll.unregister(report)
        os.close(report)
        process = self._running.pop(report)
        self._reported.discard(process)
        if os.waitpid(process, os.WNOHANG)[0] == 0:
            self._left.add(process)

    def _forget(self) -> None:
        """Nothing of this server stays in a process that has been forked."""
        _signal.set_wakeup_fd(-1)
        _signal.signal(_signal.SIGCHLD, _signal.SIG_DFL)
        self._control.detach()  # the action's stdin takes its number
        for fd in (self._wake, self._alarm, self._heard, *self._running):
            os.close(fd)


def _note(number: int, frame: object) -> None:
    """A child has ended: that it has woken the loop is all."""


def _fork() -> int:
    """As `os.fork`; -1 where the system refuses."""
    try:
        return os.fork()
    except OSError:
        return -1


def _tell(report: int, number: int) -> bool:
    """Whether somebody reads the report."""
    try:
        os.write(report, b"%d\n" % number)
    except OSError:
        return False
    return True


if __name__ == "__main__":  # a process that an action starts by multiprocessing imports this too
    main()
