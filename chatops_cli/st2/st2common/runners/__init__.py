"""Classes for the code of actions."""


def __getattr__(name: str) -> object:
    from _chatops_missing import names_of  # loaded where something is missing: it takes its time

    return names_of(__name__)(name)
