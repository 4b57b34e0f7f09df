"""The `hooks` of the settings: what other programs may have the bridge say or run."""

from collections.abc import Iterator

from chatops_cli.model.hook import Hook, Scheme
from chatops_cli.reading.reader import Reader
from chatops_cli.settings.bridge import NAME
from chatops_cli.settings.routes import is_reference

RULE = "hook"


def read_hooks(reader: Reader | None) -> dict[str, Hook]:
    """The hooks by name; one that can't be understood is an error, and is not there."""
    if reader is None:
        return {}
    return dict(_hooks(reader))


def _hooks(reader: Reader) -> Iterator[tuple[str, Hook]]:
    for name, value in reader.entries():
        section = Reader.of(value)
        if section is None:
            continue
        hook = Hook(
            name=name,
            secret=section.text("secret", required=True),
            room=section.text("room", required=True),
            scheme=Scheme(section.choice("signature", tuple(Scheme), Scheme.STANDARD)),
            text=section.text("text"),
            alias=section.text("alias"),
            parameters=section.mapping("parameters"),
            when=section.text("when"),
        )
        is_right = _is_right(section, hook)
        section.finish()
        if is_right:
            yield name, hook


def _is_right(section: Reader, hook: Hook) -> bool:
    wrong: list[tuple[str, str, str]] = []
    if not NAME.fullmatch(hook.name):
        wrong.append(
            ("", f"{hook.name!r} can't be the name of a hook", "small letters, digits, - _")
        )
    if hook.secret and not is_reference(hook.secret):
        hint = "say where it is: '{{ env.NAME }}', or '{{ st2kv.system.x | decrypt_kv }}'"
        wrong.append(("secret", "a secret doesn't stand in the settings", hint))
    if bool(hook.text) is bool(hook.alias):
        wrong.append(("", f"{hook.name} needs one of text and alias", "say it, or run it"))
    if hook.parameters and not hook.alias:
        wrong.append(("parameters", "parameters are those of an alias", "name the alias"))
    for key, message, hint in wrong:
        section.report(RULE, message, key=key or None, hint=hint)
    return not wrong and bool(hook.secret and hook.room)
