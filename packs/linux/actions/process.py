"""``linux.process``: the processes of a program."""

import os
import re

from lib import procfs
from st2common.runners.base_action import Action

KERNEL_CUTS_NAMES_AT = 15


class ProcessAction(Action):
    def run(self, name):
        found = [
            each
            for each in procfs.processes()
            if each.pid != os.getpid() and each.state != "Z" and _is_named(each, name)
        ]
        return {
            "name": name,
            "running": bool(found),
            "count": len(found),
            "processes": [
                {
                    "pid": each.pid,
                    "user": procfs.user_name(each.user),
                    "memory": each.memory,
                    "seconds": procfs.age(each),
                    "program": each.program,
                }
                for each in found
            ],
        }


def _is_named(process, name):
    if name[:KERNEL_CUTS_NAMES_AT] == process.name:
        return True
    return re.fullmatch(re.escape(name) + r"[0-9.]*", process.program) is not None
