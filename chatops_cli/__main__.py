"""``python -m chatops_cli`` is ``chatops``."""

from chatops_cli.cli.main import main

main()
