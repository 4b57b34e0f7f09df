"""``packs.get``: an installed pack; ``pack`` is null where it isn't installed."""

from lib.program import call
from st2common.runners.base_action import Action


class GetAction(Action):
    def run(self, pack, branch=None):
        succeeded, found, said = call("get", operands=[pack])
        if not succeeded:
            is_absent = said.startswith("no pack named")
            return is_absent, {"pack": None, "git_status": None} if is_absent else said
        facts = found[0]
        return True, {"pack": facts, "git_status": status_of(facts) if facts["source"] else None}


def status_of(facts):
    """Where it came from and what was changed in it, in lines."""
    lines = ["Source: %s" % facts["source"]]
    if facts["commit"]:
        lines.append("Commit: %s" % facts["commit"])
    lines.append("Changed since: %s" % (", ".join(facts["changed"]) or "nothing"))
    return "\n".join(lines)
