"""StackStorm's configuration for tests: there is none here, and asking for it does nothing."""


def parse_args(args: object = None, coordinator_noop: bool = True) -> None:
    """Nothing is read."""


def reset() -> None:
    """Nothing is reset."""
