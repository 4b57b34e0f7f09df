"""A pack's configuration being changed: nothing is written before all of it is."""

from collections.abc import Collection, Iterator
from pathlib import Path as FilePath

from chatops_cli.catalog.configuration_file import write_site_file
from chatops_cli.catalog.configuration_text import Edited, edited
from chatops_cli.errors import ChatOpsError, SettingsError
from chatops_cli.execution.casting import CastError, cast, shown
from chatops_cli.execution.secrecy import has_secret, masked
from chatops_cli.execution.site_check import Mistake, Path, SiteChecker, spelled
from chatops_cli.execution.site_path import schema_at, value_at, with_value, without
from chatops_cli.model.frozen import frozen
from chatops_cli.model.item import Item, Scope
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.model.problem import Severity
from chatops_cli.model.secret import MASK
from chatops_cli.records.datastore import Datastore
from chatops_cli.rendering.templates import is_template
from chatops_cli.rendering.variables import SETTING
from chatops_cli.room.configuration import Configuration
from chatops_cli.room.references import is_variable, reference_of, stored, stored_name, variable


@frozen
class Change:
    """One value that differs; None stands for none. Secrets are masked."""

    path: Path
    before: Json
    after: Json


class Draft:
    """New values of one pack's configuration, and the secrets that go to the datastore with them.

    Args:
        pack: Its ref.
        configuration: What there is.
        permitted: Variables of the environment that configurations may read.
        datastore: Where secrets are kept.

    Raises:
        SettingsError: The file that there is can't be read.
    """

    def __init__(
        self,
        *,
        pack: str,
        configuration: Configuration,
        permitted: Collection[str],
        datastore: Datastore,
    ) -> None:
        if configuration.file.problems:
            raise SettingsError("\n".join(map(str, configuration.file.problems)))
        self._pack = pack
        self._configuration = configuration
        self._permitted = permitted
        self._datastore = datastore
        self._items: dict[str, Item] = {}
        self._touched: list[Path] = []
        self.values: dict[str, Json] = dict(configuration.site.values)

    @property
    def file(self) -> FilePath:
        """The file that will be written."""
        return self._configuration.file.path

    @property
    def is_new(self) -> bool:
        """Whether there is no file yet."""
        return self._configuration.file.data is None

    @property
    def secrets(self) -> tuple[str, ...]:
        """The names of the items that will be kept in the datastore."""
        return tuple(self._items)

    def schema(self, path: Path) -> JsonObject:
        """What the pack's schema says of the value at a path."""
        return schema_at(self._configuration.site.schema, path)

    def value(self, path: Path) -> Json:
        """The value at a path, None where there is none."""
        return value_at(self.values, path)

    def read(self, path: Path, text: str) -> Json:
        """A text as the value that the schema wants at a path; a template stays one.

        Raises:
            ChatOpsError: It is none.
        """
        schema = self.schema(path)
        if is_template(text):
            return text
        hides = has_secret(schema)
        try:
            value = cast(text, schema)
        except CastError as error:
            raise ChatOpsError(
                f"{spelled(path)} {error}, not {shown(text, is_secret=hides)}"
            ) from error
        wrong = [m for m in self._wrong_at(path, value) if m.severity is Severity.ERROR]
        if wrong:
            raise ChatOpsError("; ".join(mistake.message for mistake in wrong))
        return value

    def put(self, path: Path, value: Json) -> None:
        """The value at a path is another one."""
        self.values = with_value(self.values, path, value)
        self._touched.append(path)

    def unset(self, path: Path) -> None:
        """There is no value at a path."""
        self.values = without(self.values, path)
        self._touched.append(path)

    def store(self, path: Path, secret: str) -> str:
        """The secret will be kept in the datastore, encrypted, and the value refer to it there.

        The item that was made for it earlier is replaced. Gives the item's name.
        """
        is_secret = self.schema(path).get("secret") is True
        name = self._free_name(path)
        self._items[name] = Item(scope=Scope.SYSTEM, name=name, value=secret, secret=True)
        self.put(path, stored(name, is_secret=is_secret))
        return name

    def write(self, path: Path, secret: str) -> None:
        """The secret will stand in the file itself.

        Raises:
            ChatOpsError: It isn't what the schema wants, or would be read as a template there.
        """
        if is_template(secret):
            raise ChatOpsError(
                f"the value of {spelled(path)} holds {{{{ or {{%, which a configuration renders",
                hint="keep it in the datastore",
            )
        self.put(path, self.read(path, secret))

    def refer(self, path: Path, name: str) -> None:
        """The value will be read from a variable of the environment.

        Raises:
            ChatOpsError: The settings don't let it be read.
        """
        if not is_variable(name):
            raise ChatOpsError(f"{name!r} is no name of an environment variable")
        if name not in self._permitted:
            raise ChatOpsError(
                f"the settings do not let a configuration read the environment variable '{name}'",
                hint=f"if it may, list it in '{SETTING}' of the settings file first",
            )
        self.put(path, variable(name))

    def mistakes(self) -> tuple[Mistake, ...]:
        """All that is wrong with the new values."""
        return tuple(SiteChecker(self._configuration.site.schema).mistakes(self.values))

    def refused(self) -> tuple[Mistake, ...]:
        """What is wrong with the values that were changed; what is still missing is no reason."""
        return tuple(
            mistake
            for mistake in self.mistakes()
            if mistake.severity is Severity.ERROR
            and mistake.rule != "missing-key"
            and any(_is_about(mistake.path, path) for path in self._touched)
        )

    def changes(self) -> tuple[Change, ...]:
        """What differs from the file as it is, in order."""
        schema = self._configuration.site.schema
        old = self._configuration.site.values
        found = _differences(dict(old), self.values, ())
        return tuple(
            Change(
                path=path,
                before=_shown(before, schema_at(schema, path)),
                after=_shown(after, schema_at(schema, path)),
            )
            for path, before, after in found
        )

    def text(self) -> Edited:
        """The file as it will be, and which lines of it lose their comments."""
        return edited(self._configuration.file, self.values)

    def save(self) -> None:
        """The secrets are in the datastore, and the file is written.

        Where it can't be, nothing refers to the secrets that are kept by then.

        Raises:
            ChatOpsError: One of them can't be written.
        """
        text = self.text().text
        if self._items:
            self._datastore.put(self._items.values())
        write_site_file(self._configuration.file, text)

    def _wrong_at(self, path: Path, value: Json) -> Iterator[Mistake]:
        try:
            values = with_value(self.values, path, value)
        except ChatOpsError:
            return
        for mistake in SiteChecker(self._configuration.site.schema).mistakes(values):
            if mistake.path[: len(path)] == path and mistake.rule != "missing-key":
                yield mistake

    def _free_name(self, path: Path) -> str:
        """The name of the item that the value refers to, or a new one that nobody has."""
        name = wanted = stored_name(self._pack, path)
        before = reference_of(self.value(path))
        # An item of another name may be meant for others too.
        if before is not None and before.scope == Scope.SYSTEM and before.name.startswith(wanted):
            return before.name
        number = 2
        while name in self._items or self._datastore.find(Scope.SYSTEM, name) is not None:
            name, number = f"{wanted}_{number}", number + 1
        return name


def _is_about(mistake: Path, path: Path) -> bool:
    shorter = min(len(mistake), len(path))
    return mistake[:shorter] == path[:shorter]


def _shown(value: Json, schema: JsonObject) -> Json:
    """The value for eyes: what is secret masked, unless it is a reference."""
    if value is None or (isinstance(value, str) and is_template(value)):
        return value
    return MASK if schema.get("secret") is True else masked(value, schema)


def _differences(old: Json, new: Json, path: Path) -> Iterator[tuple[Path, Json, Json]]:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in (*old, *(key for key in new if key not in old)):
            yield from _differences(old.get(key), new.get(key), (*path, key))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for index, (before, after) in enumerate(zip(old, new, strict=True)):
            yield from _differences(before, after, (*path, index))
    elif old != new or type(old) is not type(new):
        yield path, old, new
