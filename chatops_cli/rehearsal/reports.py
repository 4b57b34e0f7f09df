"""Verdicts for programs that read them: JUnit, TAP, and the annotations of GitHub's workflows."""

from collections.abc import Iterable, Sequence

from chatops_cli.model.json import Json
from chatops_cli.rehearsal.verdict import Ending, Verdict


def findings(verdict: Verdict) -> list[tuple[int, int, str, tuple[str, ...]]]:
    """All that is wrong: line, column (0 where none is known), in one line, and in full."""
    found: list[tuple[int, int, str, tuple[str, ...]]] = [
        (each.place.line, each.place.column, str(each).removeprefix(f"{each.place}: "), ())
        for each in verdict.problems
    ]
    found += [(each.line, 0, each.title, each.lines) for each in verdict.mismatches]
    if verdict.why:
        hint = (f"hint: {verdict.hint}",) if verdict.hint else ()
        found.append((0, 0, verdict.why, hint))
    return found


def entry_of(verdict: Verdict) -> dict[str, Json]:
    """A verdict as JSON."""
    return {
        "file": verdict.file,
        "rehearsal": str(verdict.ending),
        "messages": verdict.messages,
        "findings": [
            {"line": line, "column": column, "says": says, "lines": list(lines)}
            for line, column, says, lines in findings(verdict)
        ],
        "refused": list(verdict.refused),
        "ran": list(verdict.ran),
        "seed": verdict.seed,
        "troubles": list(verdict.troubles),
        "warnings": list(verdict.warnings),
        "seconds": round(verdict.seconds, 3),
    }


def junit(verdicts: Sequence[Verdict]) -> str:
    """One suite, a case for each transcript; broken ones are errors."""
    from xml.etree.ElementTree import Element, SubElement, indent, tostring

    bad = [verdict.ending for verdict in verdicts]
    root = Element("testsuites", name="chatops rehearse")
    suite = SubElement(
        root,
        "testsuite",
        name="rehearsals",
        tests=str(len(verdicts)),
        failures=str(bad.count(Ending.FAILED)),
        errors=str(bad.count(Ending.BROKEN)),
        skipped="0",
        time=f"{sum(verdict.seconds for verdict in verdicts):.3f}",
    )
    for verdict in verdicts:
        folder, _, name = verdict.file.rpartition("/")
        case = SubElement(
            suite,
            "testcase",
            classname=folder.replace("/", ".") or ".",
            name=name,
            file=verdict.file,
            time=f"{verdict.seconds:.3f}",
        )
        if verdict.is_bad:
            kind = "error" if verdict.ending is Ending.BROKEN else "failure"
            found = findings(verdict)
            told = SubElement(case, kind, message=found[0][2] if found else str(verdict.ending))
            told.text = "\n".join(in_full(verdict))
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n'


def tap(verdicts: Sequence[Verdict]) -> str:
    """TAP version 13: a test for each transcript, what is wrong as a YAML block."""
    import json

    lines = ["TAP version 13", f"1..{len(verdicts)}"]
    for number, verdict in enumerate(verdicts, start=1):
        name = verdict.file.replace("#", r"\#")
        lines.append(f"{'not ok' if verdict.is_bad else 'ok'} {number} - {name}")
        if verdict.is_bad:
            lines += ["  ---", "  findings:"]
            lines += (
                f"    - {json.dumps(f'{line}: {says}', ensure_ascii=False)}"
                for line, _, says, _ in findings(verdict)
            )
            lines.append("  ...")
    return "".join(f"{line}\n" for line in lines)


def github(verdicts: Iterable[Verdict]) -> str:
    """An annotation for each thing that is wrong.

    Source: GitHub's documentation, "Workflow commands", setting an error message.
    """
    lines = []
    for verdict in verdicts:
        if not verdict.is_bad:
            continue
        for line, column, says, more in findings(verdict):
            place = f"file={_property(verdict.file)}"
            place += f",line={line}" if line else ""
            place += f",col={column}" if column else ""
            title = _property("Rehearsal")
            lines.append(f"::error {place},title={title}::{_data(chr(10).join((says, *more)))}")
    return "".join(f"{line}\n" for line in lines)


def in_full(verdict: Verdict) -> list[str]:
    """What is wrong with a transcript, for people: each with its place."""
    shown = []
    for line, column, says, more in findings(verdict):
        place = ":".join(str(part) for part in (verdict.file, line, column) if part)
        shown.append(f"{place}: {says}")
        shown += (f"    {each}" for each in more)
    shown += (f"warning: {each}" for each in verdict.warnings)
    if verdict.is_bad and verdict.seed is not None:
        shown.append(f"the network (seed {verdict.seed}): {'; '.join(verdict.troubles) or 'quiet'}")
    return shown


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
