"""``python -m chatops_cli`` is ``chatops``."""

from chatops_cli.cli.app import main

main()
