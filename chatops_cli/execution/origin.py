"""Where an execution comes from: who asked for it, in which room, and why it may run."""

from chatops_cli.model.action import ActionRef
from chatops_cli.model.chat import Principal
from chatops_cli.model.frozen import frozen


@frozen
class Origin:
    """What the record of a request says beside the execution itself.

    `rule` and `reason` are those of the access decision that allowed it. `message_id` is None where
    no message asked for it, `parent` the execution that it is a part of, or that a rule has it
    follow; then `fired_by` is that rule's ref. `operator` is the OS user who speaks as somebody
    else, None for themselves. `task` is the task of a workflow that it is a run of, `item` the
    place of its item where that has items; `within` are the refs of the workflows that it is part
    of, the outermost first. `groups` are those of the network that the principal was in.
    """

    principal: Principal
    room: str
    rule: str
    reason: str
    message_id: str | None = None
    parent: str | None = None
    operator: str | None = None
    fired_by: str | None = None
    task: str | None = None
    item: int | None = None
    within: tuple[ActionRef, ...] = ()
    groups: tuple[str, ...] = ()
