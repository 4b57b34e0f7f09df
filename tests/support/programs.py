"""Programs written for a test, to stand in for those of the machine."""

from pathlib import Path


def program(folder: Path, name: str, text: str) -> None:
    """A program of this name in a folder that is on the path: shell text."""
    file = folder / name
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)
