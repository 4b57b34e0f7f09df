"""Writes docs/rules/ anew from the rules themselves.

python docs/generate_rules.py
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from chatops_cli.validation.pages import pages


def main() -> None:
    folder = Path(__file__).resolve().parent / "rules"
    folder.mkdir(exist_ok=True)
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
