"""``packs.update``: installed packs fetched anew from where they came from."""

from install import result_of
from lib.program import call
from st2common.runners.base_action import Action


class UpdateAction(Action):
    def run(self, packs, force=False, dry_run=False):
        options = [
            option for option, is_on in (("--dry-run", dry_run), ("--force", force)) if is_on
        ]
        return result_of(*call("update", "--yes", *options, operands=packs))
