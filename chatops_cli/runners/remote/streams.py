"""The output of several hosts as one: whole lines, each with its host before it."""

from chatops_cli.runners.contract import OnOutput

LONGEST_LINE = 64 * 1024
"""Bytes after which a line is not waited for any longer."""


class HostStream:
    """Hands on the lines of one host; what is no line yet is kept until it is, or until `close`."""

    def __init__(self, label: str, on_output: OnOutput) -> None:
        self._prefix = f"[{label}] ".encode()
        self._on_output = on_output
        self._kept: dict[str, bytes] = {}

    def feed(self, stream: str, chunk: bytes) -> None:
        data = self._kept.get(stream, b"") + chunk
        whole, line_end, rest = data.rpartition(b"\n")
        if len(rest) > LONGEST_LINE:
            whole, line_end, rest = data, b"\n", b""
        self._kept[stream] = rest
        if line_end:
            self._say(stream, whole)

    def close(self) -> None:
        """What is left is handed on as lines: nothing more arrives."""
        for stream, rest in self._kept.items():
            if rest:
                self._say(stream, rest)
        self._kept.clear()

    def _say(self, stream: str, lines: bytes) -> None:
        text = b"".join(self._prefix + line + b"\n" for line in lines.split(b"\n"))
        self._on_output(stream, text)
