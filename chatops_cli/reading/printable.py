"""Text of others made fit for one line of a terminal or a log."""


def printable(text: str) -> str:
    """The text with an escape for each character that can't be printed, such as a line break."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
