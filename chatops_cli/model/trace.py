"""Traces: which work belongs to which, and how long it took; told to nobody unless somebody asks.

A span is named, and has attributes: ids, refs, states, never what people type or actions give. Its
``traceparent`` is what another process continues the trace by.

Source: https://www.w3.org/TR/trace-context/#traceparent-header; OpenTelemetry, specification,
"Tracing API".
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol, Self, TypeAlias

Attribute: TypeAlias = str | bool | int
"""What is told of a span: no text that people or actions write."""
Attributes: TypeAlias = Mapping[str, Attribute]
NOTHING: Attributes = MappingProxyType({})
ERROR = "error.type"
"""The attribute that says what kind of failure it was. Source: OpenTelemetry conventions."""
VARIABLE = "TRACEPARENT"
"""The variable of the environment that continues a trace in the process of an action.

Source: OpenTelemetry, specification, "Environment variables as context propagation carriers".
"""


class Kind(StrEnum):
    """What a span is to other processes. Source: OpenTelemetry, "SpanKind"."""

    INTERNAL = "internal"
    SERVER = "server"
    CONSUMER = "consumer"
    PRODUCER = "producer"


class Span(Protocol):
    """Work that is being done."""

    def set(self, attributes: Attributes) -> None:
        """This is true of it, too."""
        ...

    def fail(self, kind: str) -> None:
        """It has failed; `kind` names the error's kind, and repeats nothing of what it says."""
        ...


class Tracer(Protocol):
    """Told what work begins and ends. Nothing of it blocks, raises or is slow."""

    def span(
        self,
        name: str,
        *,
        kind: Kind = Kind.INTERNAL,
        parent: str | None = None,
        attributes: Attributes = NOTHING,
    ) -> AbstractContextManager[Span]:
        """Work for as long as it is entered, and all that begins in it is a part of it.

        It fails with the kind of an exception that comes out of it.

        Args:
            name: What is done, in few words: there are few names.
            kind: What it is to other processes.
            parent: The traceparent of what it is part of; with an empty one, or one that is none,
                it is part of nothing. Where it is None, of what is at work here.
            attributes: What is true of it.
        """
        ...

    @property
    def traceparent(self) -> str:
        """The span that is at work here, for another process; empty where there is none."""
        ...

    def close(self) -> None:
        """What was told is handed on, within seconds, and nothing after it. It blocks for that."""
        ...


class Untraced:
    """A tracer, and a span, that nobody hears of."""

    __slots__ = ()
    traceparent = ""

    def span(
        self,
        name: str,
        *,
        kind: Kind = Kind.INTERNAL,
        parent: str | None = None,
        attributes: Attributes = NOTHING,
    ) -> Self:
        """See `Tracer.span`."""
        del name, kind, parent, attributes
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def set(self, attributes: Attributes) -> None:
        """See `Span.set`."""

    def fail(self, kind: str) -> None:
        """See `Span.fail`."""

    def close(self) -> None:
        """See `Tracer.close`."""


UNTRACED = Untraced()
