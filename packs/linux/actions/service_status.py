"""``linux.service_status``: what systemd knows of a service."""

from lib import systemd
from st2common.runners.base_action import Action

PROPERTIES = {
    "Id": "service",
    "Description": "description",
    "LoadState": "loaded",
    "ActiveState": "state",
    "SubState": "detail",
    "UnitFileState": "at_boot",
    "MainPID": "pid",
    "ActiveEnterTimestamp": "since",
    "Result": "result",
}


class ServiceStatusAction(Action):
    def run(self, service):
        try:
            text = systemd.ask("show", "--property", ",".join(PROPERTIES), "--", service)
        except systemd.UnavailableError as unavailable:
            return False, str(unavailable)
        pairs = (line.partition("=")[::2] for line in text.splitlines())
        status = {PROPERTIES[name]: value for name, value in pairs if name in PROPERTIES}
        if status.get("loaded") == "not-found":
            return False, f"there is no service named {service} on this machine"
        return status
