"""``linux.failed_services``: what systemd has given up on."""

from lib import systemd
from st2common.runners.base_action import Action

COLUMNS = 5
"""Unit, load state, active state, detail, and a description that may hold spaces."""


class FailedServicesAction(Action):
    def run(self):
        try:
            text = systemd.ask("list-units", "--failed", "--plain", "--no-legend", "--full")
        except systemd.UnavailableError as unavailable:
            return False, str(unavailable)
        rows = (line.split(None, COLUMNS - 1) for line in text.splitlines())
        return [
            {"service": row[0], "detail": row[3], "description": (row[4:] or [""])[0]}
            for row in rows
            if len(row) >= COLUMNS - 1
        ]
