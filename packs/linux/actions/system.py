"""``linux.system``: distribution, kernel, processors, memory."""

import os
import platform

from st2common.runners.base_action import Action


class SystemAction(Action):
    def run(self):
        about = os.uname()
        return {
            "host": about.nodename,
            "distribution": _distribution(),
            "kernel": about.release,
            "architecture": about.machine,
            "processors": os.cpu_count(),
            "memory": os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"),
        }


def _distribution():
    try:
        return platform.freedesktop_os_release().get("PRETTY_NAME", "Linux")
    except OSError:
        return "Linux"
