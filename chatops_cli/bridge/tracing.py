"""What a trace tells of the bridge: networks, rooms and ids, no text.

Source: OpenTelemetry, semantic conventions for messaging and for HTTP.
"""

from contextlib import AbstractContextManager

from chatops_cli.bridge.outbox import Letter
from chatops_cli.model.chat import Message
from chatops_cli.model.trace import Kind, Span, Tracer


def processing(tracer: Tracer, line: str, message: Message) -> AbstractContextManager[Span]:
    """A message is worked on while this is entered: the root of its trace, or part of another."""
    # A direct conversation is with one person: names of spans stay few.
    name = "process" if message.is_direct else f"process {message.room}"
    return tracer.span(
        name,
        kind=Kind.CONSUMER,
        parent=message.traceparent,
        attributes={
            "messaging.system": message.principal.network,
            "messaging.operation.name": "process",
            "messaging.operation.type": "process",
            "messaging.destination.name": message.room,
            "messaging.message.id": message.id,
            "messaging.message.conversation_id": message.thread or "",
            "user.id": message.principal.user,
            "chatops.workspace": message.principal.workspace,
            "chatops.line": line,
        },
    )


def sending(tracer: Tracer, network: str, letter: Letter) -> AbstractContextManager[Span]:
    """A reply is posted while this is entered, part of the trace of what it answers."""
    reply = letter.reply
    return tracer.span(
        "send",
        kind=Kind.PRODUCER,
        parent=letter.traceparent,
        attributes={
            "messaging.system": network,
            "messaging.operation.name": "send",
            "messaging.operation.type": "send",
            "messaging.destination.name": reply.room,
            "messaging.message.conversation_id": reply.thread or "",
            "chatops.line": letter.line,
            "chatops.reply.kind": str(reply.kind),
            "chatops.execution.id": reply.execution_id or "",
        },
    )


def taking(tracer: Tracer, hook: str, traceparent: str) -> AbstractContextManager[Span]:
    """A request to a hook, signed as it should be, is taken while this is entered."""
    return tracer.span(
        "POST /hooks/{name}",
        kind=Kind.SERVER,
        parent=traceparent,
        attributes={
            "http.request.method": "POST",
            "http.route": "/hooks/{name}",
            "chatops.hook": hook,
        },
    )
