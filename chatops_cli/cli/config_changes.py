"""The changes of a configuration: told, and written unless something in them is wrong."""

from typing import TYPE_CHECKING

from chatops_cli.cli.output import print_error, print_json, print_note
from chatops_cli.cli.session import short
from chatops_cli.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chatops_cli.room.configuration_draft import Change, Draft


def finish(draft: "Draft", ref: str, *, as_json: bool, was_told: bool = False) -> int:
    """The draft is written, unless something in it is wrong or nothing has changed."""
    if refused := draft.refused():
        for mistake in refused:
            print_note(mistake.message)
        print_error("nothing was written", hint="correct what is named above")
        return ExitCode.PROBLEMS
    changes = draft.changes()
    if not changes and not draft.secrets:
        print_note("nothing has changed")
    else:
        if not was_told:
            tell_losses(draft)
        has_folder, was_new = draft.file.parent.is_dir(), draft.is_new
        draft.save()
        if not was_told:
            tell_changes(draft, changes)
        print_note(told_written(draft, is_new=was_new, has_folder=has_folder))
    for mistake in draft.mistakes():
        print_note(f"{mistake.severity}: {mistake.message}")
    if as_json:
        from chatops_cli.execution.site_check import spelled

        print_json(
            {
                "pack": ref,
                "file": str(draft.file),
                "changed": [spelled(change.path) for change in changes],
                "stored": list(draft.secrets),
                "problems": [mistake.message for mistake in draft.mistakes()],
            }
        )
    return ExitCode.OK


def tell_changes(draft: "Draft", changes: "Sequence[Change]") -> None:
    """A line for each value that differs, without secrets."""
    from chatops_cli.cli.config_form import as_text
    from chatops_cli.execution.site_check import spelled

    for one in changes:
        after = "removed" if one.after is None else as_text(one.after)
        before = "" if one.before is None else f" (was {as_text(one.before)})"
        print_note(f"{spelled(one.path)}: {after}{before}")
    for name in draft.secrets:
        print_note(f"in the datastore, encrypted: {name}")


def tell_losses(draft: "Draft") -> None:
    """Which comments the file loses."""
    if lost := draft.text().lost:
        lines = ", ".join(map(str, lost))
        print_note(f"the comments of line {lines} of {short(str(draft.file))} will be lost")


def told_written(draft: "Draft", *, is_new: bool, has_folder: bool) -> str:
    """What was done, in a line."""
    file = short(str(draft.file))
    if not has_folder:
        folder = short(str(draft.file.parent))
        return f"made the folder {folder} and wrote {file}; only you may read it"
    return f"wrote {file}; only you may read it" if is_new else f"wrote {file}"
