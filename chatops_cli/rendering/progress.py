"""How far a workflow has come, in a line."""

from chatops_cli.model.progress import Progress, TaskAtWork

NAMED = 3
"""How many tasks a line names; of others it tells the number."""


def progress_text(progress: Progress) -> str:
    """Such as ``ops.deploy: 3 done, 1 failed (check), running: build, test``."""
    parts = [f"{progress.succeeded} done"]
    if progress.failed:
        parts.append(f"{len(progress.failed)} failed ({_named(progress.failed)})")
    if progress.at_work:
        parts.append(f"at work: {_named([_task(task) for task in progress.at_work])}")
    return f"{progress.action_ref}: {', '.join(parts)}"


def _task(task: TaskAtWork) -> str:
    return f"{task.name} {task.done}/{task.total}" if task.total else task.name


def _named(names: "tuple[str, ...] | list[str]") -> str:
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")
