"""`chatops pack setup`: the virtual environments of packs, built where they aren't up to date."""

import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from chatops_cli.cli.completion import pack_names
from chatops_cli.cli.options import AsJson
from chatops_cli.cli.output import print_error, print_json, print_note, print_text
from chatops_cli.cli.session import catalog_of, settings_of
from chatops_cli.errors import ChatOpsError, ExitCode

if TYPE_CHECKING:
    from chatops_cli.catalog.catalog import Catalog
    from chatops_cli.catalog.virtualenvs.setup import Report
    from chatops_cli.catalog.virtualenvs.site import Site
    from chatops_cli.model.json import Json
    from chatops_cli.model.pack import Pack

MOST_JOBS = 64

EXAMPLES = """Examples:

chatops pack setup slack jira

chatops pack setup --all --jobs 4

chatops pack setup --all --check
"""


def setup_packs(
    ctx: typer.Context,
    *,
    refs: Annotated[
        list[str] | None,
        typer.Argument(help="The packs' refs.", autocompletion=pack_names, metavar="[PACK]..."),
    ] = None,
    of_all: Annotated[bool, typer.Option("--all", help="All packs.")] = False,
    jobs: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=MOST_JOBS,
            help="Packs that are built at the same time; as many as processors by default.",
            metavar="NUMBER",
        ),
    ] = None,
    rebuilds: Annotated[
        bool,
        typer.Option("--rebuild", help="Build fresh ones anew, with the newest packages that fit."),
    ] = False,
    checks: Annotated[
        bool, typer.Option("--check", help="Build nothing; exit code 1 if something is to be done.")
    ] = False,
    as_json: AsJson = False,
) -> int:
    """Build the virtual environments that packs' Python actions run in, where they aren't fresh."""
    if bool(refs) == of_all:
        raise ChatOpsError("which packs?", hint="name them, or pass --all; not both")
    if checks and rebuilds:
        raise ChatOpsError("--check builds nothing, --rebuild does", hint="leave one of them out")
    from chatops_cli.catalog.virtualenvs.site import site_of

    settings = settings_of(ctx)
    packs = chosen(catalog_of(settings), refs)
    site = site_of(settings)
    reports = check(packs, site) if checks else build(packs, site, jobs=jobs, rebuilds=rebuilds)
    if reports is None:
        print_error("interrupted", hint="nothing was changed for packs that had not ended")
        return ExitCode.INTERRUPTED
    for report in reports:
        if as_json:
            print_json(report_json(report))
        else:
            show(report, names_all=not of_all, is_check=checks)
    if not as_json and of_all:
        print_text(summary_of(reports))
    is_due = any(report.error is not None or report.state.is_due for report in reports)
    return ExitCode.FAILED if is_due else ExitCode.OK


def chosen(catalog: "Catalog", refs: Iterable[str] | None) -> "list[Pack]":
    """The packs of these refs, each once, or all.

    Raises:
        NotFoundError: There is none of one of these refs.
    """
    from chatops_cli.catalog.catalog import missing_pack

    packs = catalog.packs
    if not refs:
        return list(packs.values())
    for ref in refs:
        if ref not in packs:
            raise missing_pack(ref, packs)
    return [packs[ref] for ref in dict.fromkeys(refs)]


def check(packs: "Sequence[Pack]", site: "Site") -> "Sequence[Report]":
    """How the environments stand."""
    import asyncio

    from chatops_cli.catalog.virtualenvs.setup import Report, inspect

    async def all_of_them() -> "list[Report]":
        found = [await inspect(pack, site) for pack in packs]
        return [Report(ref=f.ref, was=f.state, state=f.state, reason=f.reason) for f in found]

    return asyncio.run(all_of_them())


def build(
    packs: "Sequence[Pack]", site: "Site", *, jobs: int | None, rebuilds: bool
) -> "Sequence[Report] | None":
    """A report for each pack; None where Ctrl-C came."""
    import asyncio

    from chatops_cli.catalog.virtualenvs.setup import default_jobs, set_up
    from chatops_cli.cli.interrupts import Interrupts
    from chatops_cli.cli.setup_progress import open_progress

    async def all_of_them() -> "Sequence[Report] | None":
        with Interrupts(), open_progress(sys.stderr, total=len(packs)) as progress:
            return await set_up(
                packs, site, jobs=jobs or default_jobs(), rebuilds=rebuilds, tell=progress.tell
            )

    try:
        return asyncio.run(all_of_them())
    except asyncio.CancelledError:
        return None


def show(report: "Report", *, names_all: bool, is_check: bool) -> None:
    """How it went with a pack, in lines; nothing of one that is as it was, unless it was named."""
    if report.error is not None:
        for line in report.output:
            print_note(f"{report.ref} | {line}")
        print_error(f"{report.ref}: {report.error}")
    elif report.seconds:
        print_text(f"{report.ref}: built in {report.seconds:.1f} s")
    elif names_all or (is_check and report.state.is_due):
        print_text(f"{report.ref}: {describe(report)}")


def describe(report: "Report") -> str:
    """How an environment stands, in words."""
    if report.state == "fresh":
        return "the virtual environment is up to date"
    return f"the virtual environment {report.reason}"


def summary_of(reports: "Sequence[Report]") -> str:
    """How many packs of each kind there are."""
    failed = sum(report.error is not None for report in reports)
    built = sum(report.error is None and report.seconds > 0 for report in reports)
    counts = {"built": built, "failed": failed}
    for report in reports:
        if not report.seconds:
            counts[report.state] = counts.get(report.state, 0) + 1
    words = {"none": "need none", "manual": "made by hand"}
    return ", ".join(f"{n} {words.get(what, what)}" for what, n in counts.items() if n) or "no pack"


def report_json(report: "Report") -> "dict[str, Json]":
    """A report with stable keys."""
    return {
        "ref": report.ref,
        "was": report.was,
        "state": report.state,
        "reason": report.reason,
        "seconds": round(report.seconds, 3),
        "error": report.error,
        "output": list(report.output),
    }
