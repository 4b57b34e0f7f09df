"""An action as it is called somewhere: what is given to it, and what its other parameters say."""

from collections.abc import Collection, Iterator, Mapping

from chatops_cli.model.action import Action, Parameter
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json


@frozen
class Call:
    """`given` are values that the caller gives; of the others the defaults count."""

    action: Action
    parameters: Mapping[str, Parameter]
    given: frozenset[str] = frozenset()
    fixed: Mapping[str, Json]

    def templates(self, without: Collection[str]) -> Iterator[tuple[str, Json]]:
        """The parameters that are rendered from others, with their texts."""
        for name, parameter in self.parameters.items():
            if name in without:
                continue
            if name in self.fixed:
                yield name, self.fixed[name]
            elif parameter.has_default and name not in self.given:
                yield name, parameter.default

    def has(self, name: str) -> bool:
        """Whether somebody says what a parameter is: the caller, an alias, the action itself."""
        parameter = self.parameters.get(name)
        default = parameter.default if parameter is not None else None
        return name in self.given or bool(self.fixed.get(name, default))

    def is_on(self, name: str) -> bool:
        """Whether a parameter is true where nobody gives it."""
        parameter = self.parameters.get(name)
        default = parameter.default if parameter is not None else None
        return self.fixed.get(name, default) is True
