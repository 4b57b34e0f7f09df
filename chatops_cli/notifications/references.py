"""The settings of a route with their references followed: to the environment and the datastore."""

import re
from collections.abc import Mapping
from dataclasses import replace

from chatops_cli.errors import ChatOpsError
from chatops_cli.execution.defaults import DATASTORE
from chatops_cli.execution.masking import Masker
from chatops_cli.execution.watched import WatchedLookup
from chatops_cli.model.frozen import frozen
from chatops_cli.model.route import EmailRoute, WebhookRoute
from chatops_cli.notifications.delivery import DeliveryError
from chatops_cli.rendering.datastore import Lookup, StoredValues
from chatops_cli.rendering.templates import Templates, is_template

_VARIABLE = re.compile(r"\benv\.([A-Za-z_]\w*)", re.ASCII)


@frozen
class References:
    """Follows references such as ``{{ env.NAME }}`` and ``{{ st2kv.system.name }}``."""

    templates: Templates
    environment: Mapping[str, str]
    lookup: Lookup | None = None

    def webhook(self, route: WebhookRoute) -> WebhookRoute:
        """The route without references.

        Raises:
            DeliveryError: One of them leads nowhere.
        """
        headers = {name: self._read(text) for name, text in route.headers.items()}
        return replace(route, url=self._read(route.url), headers=headers)

    def email(self, route: EmailRoute) -> EmailRoute:
        """The same for the account on a mail server."""
        return replace(route, user=self._read(route.user), password=self._read(route.password))

    def _read(self, text: str) -> str:
        if not is_template(text):
            return text
        masker = Masker()
        context: dict[str, object] = {"env": self._variables(text)}
        if self.lookup is not None:
            watched = WatchedLookup(self.lookup, lambda value: masker.learn([value]))
            context[DATASTORE] = StoredValues(watched)
        try:
            return self.templates.render(text, context, strict=True)
        except ChatOpsError as error:
            raise DeliveryError(
                f"a reference leads nowhere: {masker.text(error.message)}", hint=error.hint
            ) from error

    def _variables(self, text: str) -> dict[str, str]:
        """The variables that the text names, and no others: an error may list them.

        Raises:
            DeliveryError: One of them is not set.
        """
        names = _VARIABLE.findall(text)
        for name in names:
            if name not in self.environment:
                raise DeliveryError(f"the environment has no variable {name}")
        return {name: self.environment[name] for name in names}
