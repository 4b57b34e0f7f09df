"""``packs.show``: what an index says of one pack; null where none has it."""

from lib.program import call
from st2common.runners.base_action import Action


class ShowAction(Action):
    def run(self, pack):
        succeeded, entries, said = call("search", operands=[pack])
        if not succeeded and said:
            return False, said
        return True, {"pack": next((entry for entry in entries if entry["ref"] == pack), None)}
