"""What the terminal can show, and who is shown in which colour."""

from chatops_cli.model.frozen import frozen
from chatops_cli.repl.drawing.graphics import Graphics

COLORS = ("36", "33", "35", "34", "32", "96", "93", "95", "94", "92")
BOT_COLOR = "1"
DIM = "2"


@frozen
class Look:
    """Columns and lines, whether colours and more than ASCII can be shown, and how pictures."""

    width: int = 80
    height: int = 24
    color: bool = False
    unicode: bool = True
    graphics: Graphics = Graphics.NONE

    def style(self, text: str, code: str) -> str:
        """The text in a colour, where there are colours."""
        return f"\x1b[{code}m{text}\x1b[0m" if self.color and text and code else text


def color_of(name: str) -> str:
    """The colour of a name: the same each time."""
    return COLORS[sum(name.encode()) % len(COLORS)]
