"""``packs.search``: packs of the indexes."""

from lib.program import call
from st2common.runners.base_action import Action


class SearchAction(Action):
    def run(self, query):
        succeeded, entries, said = call("search", operands=[query])
        if not succeeded and said:
            return False, said
        return True, entries
