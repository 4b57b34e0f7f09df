"""``packs.uninstall``: installed packs taken away."""

from lib.program import call
from st2common.runners.base_action import Action


class UninstallAction(Action):
    def run(self, packs):
        succeeded, removed, said = call("remove", "--yes", operands=packs)
        return succeeded, {"packs_list": [each["ref"] for each in removed]} if succeeded else said
