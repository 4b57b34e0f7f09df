"""What is checked: the packs that are asked about, beside all others that are loaded."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from chatops_cli.aliases.format_error import FormatError
from chatops_cli.aliases.table import AliasTable
from chatops_cli.errors import ChatOpsError
from chatops_cli.execution.merging import merge
from chatops_cli.model.action import Action, Parameter
from chatops_cli.model.alias import Alias, Format, Representation
from chatops_cli.model.pack import Pack
from chatops_cli.model.runner import WORKFLOWS
from chatops_cli.room.world import World
from chatops_cli.runners.registry import current_name, find_runner
from chatops_cli.validation.scope import Scope

if TYPE_CHECKING:
    from chatops_cli.aliases.preparation import Form
    from chatops_cli.validation.jinja.template import PackTemplate
    from chatops_cli.validation.overlapping import Overlaps
    from chatops_cli.validation.python.files import CodeFile
    from chatops_cli.validation.taint.typed import Typed
    from chatops_cli.workflows.opening import Opened


class Written(NamedTuple):
    """One representation of a format in an enabled alias, as the matcher reads it."""

    number: int
    alias: Alias
    format: Format
    representation: Representation
    form: "Form"


class Content:
    """What rules ask; each answer is made once."""

    def __init__(self, world: World, scope: Scope) -> None:
        self.world = world
        self.scope = scope

    @property
    def table(self) -> AliasTable:
        """The formats of all packs that are loaded."""
        return self.world.table

    @cached_property
    def written(self) -> tuple[Written, ...]:
        """The representations that are asked about and can be matched."""
        return tuple(self._written())

    def formats_of(self, alias: Alias) -> tuple[Written, ...]:
        """Those of one alias."""
        return tuple(one for one in self.written if one.alias is alias)

    @cached_property
    def aliases(self) -> tuple[Alias, ...]:
        """The enabled aliases that are asked about."""
        return tuple(alias for alias in self.world.aliases if self.scope.holds(alias.place.file))

    @cached_property
    def typed(self) -> "tuple[Typed, ...]":
        """Where what people type for these aliases gets to."""
        from chatops_cli.validation.taint.typed import typed_values

        return tuple(typed_values(self))

    @cached_property
    def overlaps(self) -> "Overlaps":
        """Which of the formats that are asked about overlap with others."""
        from chatops_cli.validation.overlapping import found_in

        return found_in(self)

    @cached_property
    def packs(self) -> tuple[Pack, ...]:
        """The packs of which something is asked about."""
        packs = self.world.catalog.packs.values()
        return tuple(p for p in packs if self.scope.touches(p.place.file.rpartition("/")[0]))

    @cached_property
    def actions(self) -> tuple[Action, ...]:
        """The actions whose own files are asked about."""
        packs = {pack.ref for pack in self.packs}
        known = self.world.catalog.actions() if packs else ()
        return tuple(a for a in known if a.pack in packs and self.scope.holds(a.place.file))

    @cached_property
    def templates(self) -> "tuple[PackTemplate, ...]":
        """The texts with Jinja in them: of answers, defaults, fixed values, rules and so on."""
        from chatops_cli.validation.jinja.collection import collect

        return tuple(collect(self))

    @cached_property
    def code(self) -> "tuple[CodeFile, ...]":
        """The Python files that are asked about and of which something is to be said."""
        from chatops_cli.validation.python.files import code_files

        return tuple(file for pack in self.packs for file in code_files(pack, self.scope))

    @cached_property
    def workflows(self) -> "tuple[Opened, ...]":
        """The workflows of the packs that are asked about, inspected."""
        refs = {pack.ref for pack in self.packs}
        names = (ref for ref in self.world.catalog.action_refs() if ref.partition(".")[0] in refs)
        known = map(self.world.catalog.action, names)
        found = [a for a in known if a is not None and current_name(a.runner_type) in WORKFLOWS]
        if not found:
            return ()
        from chatops_cli.workflows.expressions.compiled import CompiledExpressions
        from chatops_cli.workflows.opening import open_workflow

        expressions = CompiledExpressions()
        return tuple(open_workflow(each, self.world.catalog, expressions) for each in found)

    def parameters_of(self, action: Action) -> Mapping[str, Parameter] | None:
        """What an action takes, the runner's parameters too; None where that isn't known."""
        try:
            return merge(action, find_runner(action.runner_type).PARAMETERS).parameters
        except ChatOpsError:
            return None

    def parameters(self, alias: Alias) -> Mapping[str, Parameter] | None:
        """What its action takes, the runner's parameters too; None where that isn't known."""
        action = self.world.action(alias.action_ref)
        return self.parameters_of(action) if action is not None else None

    def _written(self) -> Iterator[Written]:
        for number, entry in enumerate(self.table.entries):
            if number in self.table.broken or not self.scope.holds(entry.alias.place.file):
                continue
            from chatops_cli.aliases.preparation import read

            try:
                form = read(entry.representation.text, strict=self.table.strict)
            except FormatError:
                continue
            yield Written(number, entry.alias, entry.format, entry.representation, form)
