"""``core.uuid``: a new UUID as text. The file is not ``uuid.py``, which would hide the library."""

import uuid

from st2common.runners.base_action import Action

MAKERS = {"uuid1": uuid.uuid1, "uuid4": uuid.uuid4}


class UuidAction(Action):
    def run(self, uuid_type="uuid4"):
        return str(MAKERS[uuid_type]())
