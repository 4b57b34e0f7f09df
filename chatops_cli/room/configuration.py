"""A pack's site configuration, read and checked: what runs, and what is wrong with it."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from chatops_cli.catalog.configuration import SiteFile, read_site_file
from chatops_cli.execution.configuration import Site
from chatops_cli.execution.secrecy import schemas_of, secret_values
from chatops_cli.model.action import Parameter
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json
from chatops_cli.model.problem import Place, Problem, Severity
from chatops_cli.rendering.templates import is_template

OTHERS = 0o077


@frozen
class Configuration:
    """A pack's file with all that is wrong in it, and what is made of it."""

    file: SiteFile
    site: Site
    problems: tuple[Problem, ...] = ()

    @property
    def errors(self) -> tuple[Problem, ...]:
        """What keeps the pack's actions from running."""
        return tuple(p for p in self.problems if p.severity is Severity.ERROR)


def read_configuration(
    pack: str, parameters: Mapping[str, Parameter], folder: Path
) -> Configuration:
    """The configuration of `pack`, checked by what its schema declares, where there is a file.

    A pack without a file runs with its defaults, as in StackStorm: many of its actions need none.
    """
    file = read_site_file(folder, pack)
    site = Site(values=file.values, schema=_schema(parameters))
    if file.data is None:
        return Configuration(file=file, site=site, problems=file.problems)
    problems = (*file.problems, *_mistakes(file, site), *_open_secrets(file, site))
    return Configuration(file=file, site=site, problems=problems)


def _schema(parameters: Mapping[str, Parameter]) -> Mapping[str, Parameter]:
    """The schema with its references followed."""
    if not parameters:
        return parameters
    # Here, as many packs declare nothing.
    from chatops_cli.execution.schema_references import inlined

    return inlined(parameters)


def unset(configuration: Configuration) -> tuple[str, ...]:
    """The keys that the schema requires and nobody has set, where there is no file."""
    if configuration.file.data is not None or configuration.file.problems:
        return ()
    schema = configuration.site.schema
    return tuple(n for n, p in schema.items() if p.required and p.default is None)


def problems_of(ref: str, configuration: Configuration) -> Iterator[Problem]:
    """What is wrong with a pack's configuration, or that it has none and needs one."""
    yield from configuration.problems
    if keys := unset(configuration):
        yield Problem(
            place=Place(file=str(configuration.file.path)),
            rule="config-absent",
            message=f"the pack {ref} has no configuration, and needs {', '.join(keys)}",
            hint=f"chatops pack config {ref}",
            severity=Severity.WARNING,
        )


def problems_of_all(found: Mapping[str, Configuration], folder: Path) -> Iterator[Problem]:
    """What is wrong with the configurations of all packs, and with files of none."""
    for ref, configuration in found.items():
        yield from problems_of(ref, configuration)
    for path in sorted(folder.glob("*.yaml")) if folder.is_dir() else ():
        if path.stem not in found:
            yield Problem(
                place=Place(file=str(path)),
                rule="config-pack",
                message=f"no pack {path.stem!r} is loaded: nothing reads it",
                severity=Severity.WARNING,
            )


def plain_secrets(site: Site) -> tuple[Json, ...]:
    """The secret parts of the values that stand there readable, not by reference."""
    found = secret_values(site.values, schemas_of(site.schema))
    return tuple(value for value in found if value not in (None, "") and not is_template(value))


def _mistakes(file: SiteFile, site: Site) -> Iterator[Problem]:
    from chatops_cli.execution.site_check import SiteChecker

    for mistake in SiteChecker(site.schema).mistakes(site.values):
        yield Problem(
            place=file.place(mistake.path),
            rule=mistake.rule,
            message=mistake.message,
            hint=mistake.hint,
            severity=mistake.severity,
        )


def _open_secrets(file: SiteFile, site: Site) -> Iterator[Problem]:
    if file.mode is not None and file.mode & OTHERS and plain_secrets(site):
        yield Problem(
            place=file.place(()),
            rule="config-open",
            message="others of this machine can read this file, and secrets stand in it",
            hint=f"chmod 600 {file.path}",
            severity=Severity.WARNING,
        )
