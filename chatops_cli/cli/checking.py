"""What `chatops validate` does with what was asked for."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from chatops_cli.cli.failures import kept_failures
from chatops_cli.cli.invocation import FORMATS, AskedCheck, Invocation
from chatops_cli.cli.output import has_color, print_note, print_text, write
from chatops_cli.cli.session import cache_of, settings_from
from chatops_cli.errors import ChatOpsError, ExitCode
from chatops_cli.model.frozen import frozen
from chatops_cli.reading.printable import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chatops_cli.model.pack import Pack
    from chatops_cli.settings.values import Settings
    from chatops_cli.validation.finding import Finding
    from chatops_cli.validation.registry import Selection
    from chatops_cli.validation.run import Report
    from chatops_cli.validation.scope import Scope


def run_check(invocation: Invocation, asked: AskedCheck) -> int:
    """The exit code; findings are on stdout, the sum on stderr.

    Raises:
        ChatOpsError: What is asked for can't be done.
    """
    _check_options(asked)
    with kept_failures("chatops_cli.validation.run"):
        return _run(invocation, asked)


def _run(invocation: Invocation, asked: AskedCheck) -> int:
    from chatops_cli.validation.preferences import chosen
    from chatops_cli.validation.scope import scope_of

    settings = settings_from(invocation)
    selection = chosen(settings, asked.select, asked.ignore)
    if asked.diff is not None:
        from chatops_cli.cli.validate_diff import tell_difference

        report = tell_difference(settings, asked.paths, selection, asked.diff, asked.form)
        print_note(f"{summary_of(report)} since {printable(asked.diff)}")
        return _verdict(report, strict=asked.strict)
    scope = scope_of(asked.paths, settings.roots)
    order = Order(
        settings=replace(settings, roots=scope.roots),
        scope=scope,
        selection=selection,
        baseline=asked.baseline,
        is_written=asked.write_baseline,
        is_cached=not asked.no_cache,
    )
    if asked.fix and asked.dry_run:
        return _show_changes(order, strict=asked.strict)
    if asked.fix:
        _mend(order)
    report, packs = checked(order)
    return _tell(report, packs, asked.form, strict=asked.strict)


@frozen
class Order:
    """What is asked for: packs, files in them, rules, and what is known already."""

    settings: "Settings"
    scope: "Scope"
    selection: "Selection"
    baseline: Path | None
    is_written: bool
    is_cached: bool = True


def checked(order: Order) -> "tuple[Report, tuple[Pack, ...]]":
    """What is found now, and the packs that were looked at."""
    from chatops_cli.cli.stages import Stages
    from chatops_cli.room.world_opening import open_world
    from chatops_cli.validation.kept import NOTHING_KEPT, open_kept
    from chatops_cli.validation.run import packs_in
    from chatops_cli.validation.run import validate as check

    world = open_world(order.settings, is_cached=order.is_cached)
    kept = NOTHING_KEPT
    if order.is_cached:
        kept = open_kept(cache_of(order.settings), world, order.scope)
    with Stages(sys.stderr) as stages:
        report = check(world, order.scope, order.selection, kept, stages)
    if order.baseline is not None:
        from chatops_cli.validation.baseline import adopted

        is_written = order.is_written
        report = adopted(
            report, order.baseline, order.scope, order.selection, is_written=is_written
        )
    return report, packs_in(world, order.scope)


def _check_options(asked: AskedCheck) -> None:
    if asked.form not in FORMATS:
        raise ChatOpsError(
            f"no format named {asked.form!r}", hint=f"there are {', '.join(FORMATS)}"
        )
    if asked.write_baseline and asked.baseline is None:
        raise ChatOpsError("--write-baseline needs a file", hint="say --baseline FILE, too")
    if asked.write_baseline and asked.fix:
        raise ChatOpsError(
            "--fix and --write-baseline don't go together",
            hint="mend first, then write down what is left",
        )
    if asked.dry_run and not asked.fix:
        raise ChatOpsError("--dry-run is for --fix", hint="without --fix nothing is changed anyway")
    if asked.dry_run and asked.form != "text":
        raise ChatOpsError(
            "--dry-run prints changes, and no findings",
            hint=f"leave out --dry-run and --fix: --format {asked.form} tells what can be mended",
        )
    if asked.diff is not None and (asked.fix or asked.baseline is not None):
        raise ChatOpsError(
            "--diff goes with neither --fix nor --baseline",
            hint="it tells only what is new anyway, and changes no file",
        )


def _mend(order: Order) -> None:
    """Mends what can be mended, and says on stderr what was, and what was not and why."""
    from chatops_cli.cli.findings import counted
    from chatops_cli.validation.fixing.plan import descriptions
    from chatops_cli.validation.fixing.rounds import mend

    def check() -> "tuple[Sequence[Finding], Sequence[Pack]]":
        report, packs = checked(order)
        return report.findings, packs

    mending = mend(check)
    for line in descriptions(mending.rewrites):
        print_note(line)
    for left in mending.left:
        print_note(f"{left.finding.place}: {left.finding.rule.code} left as it is: {left.reason}")
    files = len({rewrite.file for rewrite in mending.rewrites})
    print_note(f"{counted(mending.count, 'finding')} mended in {counted(files, 'file')}")


def _show_changes(order: Order, *, strict: bool) -> int:
    """Prints what `_mend` would write in its first round."""
    from chatops_cli.validation.fixing.plan import plan
    from chatops_cli.validation.fixing.writing import diff_of

    report, packs = checked(order)
    for rewrite in plan(report.findings, packs).rewrites:
        for line in diff_of(rewrite):
            print_text(line)
    return _verdict(report, strict=strict)


def _tell(report: "Report", packs: "Sequence[Pack]", form: str, *, strict: bool) -> int:
    from chatops_cli.validation.reporters.registry import reporter

    if report.findings:
        from chatops_cli.validation.fixing.plan import with_fixes

        report = replace(report, findings=tuple(with_fixes(report.findings, packs)))
    is_colored = form == "text" and has_color(sys.stdout)
    for line in reporter(form)(report):
        if is_colored:
            write(sys.stdout, painted(line) + "\n")
        else:
            print_text(line)
    print_note(summary_of(report))
    if not report.packs:
        print_note("hint: a pack is a folder with a pack.yaml; is this the right place?")
    return _verdict(report, strict=strict)


def _verdict(report: "Report", *, strict: bool) -> int:
    is_wrong = report.findings if strict else report.errors
    return ExitCode.FAILED if is_wrong else ExitCode.OK


def painted(line: str) -> str:
    """A line of the text form in colours: the severity, the caret, and what is beside the matter.

    What comes from files loses its control characters before it gets ours.
    """
    import re

    from chatops_cli.rendering.cleaning import clean

    line = clean(line)
    head = re.match(r"(.*?: )(error|warning)(\[[A-Z]{3}\d{3}\])", line)
    if head is not None and not line.startswith(" "):
        color = "31" if head[2] == "error" else "33"
        place, severity, code = head.groups()
        return f"{place}\x1b[1;{color}m{severity}{code}\x1b[0m{line[head.end() :]}"
    if re.fullmatch(r" *\| *\^", line):
        return line[:-1] + "\x1b[1;32m^\x1b[0m"
    said = re.match(r"  (why|mend|--fix): |\s*\d+ \| ", line)
    return f"\x1b[2m{said[0]}\x1b[0m{line[said.end() :]}" if said else line


def summary_of(report: "Report") -> str:
    """How much was found, in how many packs."""
    from chatops_cli.cli.findings import counted
    from chatops_cli.cli.findings import summary_of as counts

    said = f"{counted(report.packs, 'pack')}: {counts(f.problem for f in report.findings)}"
    said += f", {report.ignored} ignored by remarks" if report.ignored else ""
    said += f", {report.left_out} left out by the settings" if report.left_out else ""
    said += f", {report.known} known from the baseline" if report.known else ""
    fixable = sum(finding.fix is not None for finding in report.findings)
    return f"{said}, {fixable} can be mended by --fix" if fixable else said
