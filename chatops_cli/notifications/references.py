"""The settings of a route with their references followed: to the environment and the datastore."""

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
from chatops_cli.rendering.variables import ENVIRONMENT, PermittedVariables


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
        headers = {name: self.follow(text) for name, text in route.headers.items()}
        return replace(route, url=self.follow(route.url), headers=headers)

    def email(self, route: EmailRoute) -> EmailRoute:
        """The same for the account on a mail server."""
        return replace(route, user=self.follow(route.user), password=self.follow(route.password))

    def follow(self, text: str) -> str:
        """What a reference stands for; a text that is none as it is.

        Raises:
            DeliveryError: It leads nowhere.
        """
        if not is_template(text):
            return text
        masker = Masker()

        def learn(value: str) -> None:
            masker.learn([value])

        context: dict[str, object] = {
            ENVIRONMENT: PermittedVariables(self.environment, None, learn)
        }
        if self.lookup is not None:
            context[DATASTORE] = StoredValues(WatchedLookup(self.lookup, learn))
        try:
            return self.templates.render(text, context, strict=True)
        except ChatOpsError as error:
            raise DeliveryError(
                f"a reference leads nowhere: {masker.text(error.message)}", hint=error.hint
            ) from error
