"""Stand-ins for what an HTTP client gives."""

import json


class FakeResponse:
    """An answer. Source: StackStorm, `st2tests.http`."""

    def __init__(self, text: str, status_code: int, reason: str) -> None:
        self.text = text
        self.status_code = status_code
        self.reason = reason

    def json(self) -> object:
        """The text, read as JSON."""
        value: object = json.loads(self.text)
        return value

    def raise_for_status(self) -> None:
        """Raises the reason, whatever the status."""
        raise Exception(self.reason)  # noqa: TRY002  # StackStorm's raises no narrower one
