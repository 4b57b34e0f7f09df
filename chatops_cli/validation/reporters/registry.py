"""The forms that findings can be written in."""

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import TypeAlias, cast

from chatops_cli.validation.run import Report

FORMATS = ("text", "json", "jsonl", "github", "gitlab", "sarif", "junit", "markdown")
Reporter: TypeAlias = Callable[[Report], Iterator[str]]


def reporter(form: str) -> Reporter:
    """The one of `FORMATS`; its module is imported only now."""
    module = import_module(f"chatops_cli.validation.reporters.{form}")
    return cast("Reporter", module.write)
