"""The command line of a script, which tests of packs compare with.

Source: StackStorm, `st2common.models.system.action`.
"""

import shlex

from _chatops_missing import names_of

__getattr__ = names_of(__name__)

TYPE_CHECKING = False  # importing `typing` takes longer than all of this
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


class ShellScriptAction:
    """A script with its arguments, as the user who runs this starts it."""

    def __init__(
        self,
        name: str,
        action_exec_id: str,
        script_local_path_abs: str,
        named_args: "Mapping[str, object] | None" = None,
        positional_args: "Sequence[str] | None" = None,
    ) -> None:
        self.name = name
        self.action_exec_id = action_exec_id
        self.script_local_path_abs = script_local_path_abs
        self.named_args = named_args
        self.positional_args = positional_args

    def get_full_command_string(self) -> str:
        """The script and its arguments as one line for a shell."""
        arguments = self._get_script_arguments(self.named_args, self.positional_args)
        script = shlex.quote(self.script_local_path_abs)
        return f"{script} {arguments}" if arguments else script

    def _get_script_arguments(
        self,
        named_args: "Mapping[str, object] | None" = None,
        positional_args: "Sequence[str] | None" = None,
    ) -> str:
        """`name=value` for each named one that has a value, the name for true; then the others."""
        named = _named(named_args or {})
        return " ".join((*named, *map(shlex.quote, positional_args or ())))


def _named(arguments: "Mapping[str, object]") -> "Iterator[str]":
    for name, value in arguments.items():
        if value is True:
            yield name
        elif value is not None and value is not False and value != "":
            yield shlex.quote(name) + "=" + shlex.quote(str(value))
