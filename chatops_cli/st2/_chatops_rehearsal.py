"""An action that does nothing: a worker runs it once, before it forks the first one."""

from st2common.runners.base_action import Action


class Rehearsal(Action):  # type: ignore[misc]  # checked under another name
    """Answers what a small action answers."""

    def run(self) -> object:
        return {"a": [1, "b", None]}
