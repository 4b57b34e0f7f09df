"""``linux.processes``: who uses the processors or the memory, most first."""

import os
import time

from lib import procfs
from st2common.runners.base_action import Action


class ProcessesAction(Action):
    def run(self, count=10, by="cpu", seconds=0.5):
        before = {(each.pid, each.started): each.ticks for each in procfs.processes()}
        started = time.monotonic()
        time.sleep(seconds)
        now = [each for each in procfs.processes() if each.pid != os.getpid()]
        ticks = (time.monotonic() - started) * procfs.TICKS

        def cpu(each):
            # One that is new has spent all its time in between.
            return 100 * (each.ticks - before.get((each.pid, each.started), 0)) / ticks

        def order(each):
            return (cpu(each), each.memory) if by == "cpu" else (each.memory, cpu(each))

        return [
            {
                "pid": each.pid,
                "user": procfs.user_name(each.user),
                "cpu": round(cpu(each), 1),
                "memory": each.memory,
                "program": each.program,
            }
            for each in sorted(now, key=order, reverse=True)[:count]
        ]
