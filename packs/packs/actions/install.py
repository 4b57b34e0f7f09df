"""``packs.install`` and ``packs.update``: packs put in place by the program itself."""

from lib.program import call
from st2common.runners.base_action import Action


class InstallAction(Action):
    def run(self, packs, force=False, skip_dependencies=False, dry_run=False, register=None):
        options = [
            option
            for option, is_on in (
                ("--dry-run", dry_run),
                ("--force", force),
                ("--skip-dependencies", skip_dependencies),
            )
            if is_on
        ]
        succeeded, changes, said = call("install", "--yes", *options, operands=packs)
        return result_of(succeeded, changes, said)


def result_of(succeeded, changes, said):
    """What both actions answer; a text where nothing was done."""
    if not changes:
        return succeeded, {"packs_list": [], "message": said} if succeeded else said
    problems = [f"{each['ref']}: {text}" for each in changes for text in each["problems"]]
    done = any(each["installed"] for each in changes)
    return succeeded, {
        "packs_list": [each["ref"] for each in changes],
        "message": "Installed." if done else "Nothing was changed.",
        "conflict_list": [],
        "warning_list": problems,
        "packs": changes,
    }
