"""A rule's file as a `Rule`."""

from chatops_cli.catalog.action_file import check_pack, read_name
from chatops_cli.catalog.criteria import read_criteria
from chatops_cli.catalog.reference import Reference, ReferenceKind
from chatops_cli.model.action import ActionRef
from chatops_cli.model.json import Json
from chatops_cli.model.pack import Pack
from chatops_cli.model.rule import Rule
from chatops_cli.reading.reader import Reader

COMPUTED = ("id", "ref", "uid", "metadata_file")
# Known to StackStorm, and not used here.
UNUSED = ("context", "tags")
TYPES = ("standard", "backstop")


def read_rule(reader: Reader, pack: Pack) -> tuple[Rule | None, tuple[Reference, ...]]:
    """What the file says, and the action that it runs; None where it can't be used.

    A rule of which a criterion is broken would fire for too much: it is left out. The action of a
    rule that never fires here isn't asked for.

    Source: StackStorm, ``st2common.models.api.rule``, schema of a rule: one that doesn't say
        ``enabled`` is disabled.
    """
    if reader.has("policy_type") and not reader.has("trigger"):
        reader.report(
            "misplaced-policy",
            "this is a policy, not a rule; it is not used",
            key="policy_type",
            hint="move the file to policies/",
        )
        return None, ()
    name = read_name(reader)
    check_pack(reader, pack)
    trigger, trigger_parameters = _trigger(reader)
    action_ref, parameters, references = _action(reader)
    criteria = read_criteria(reader.section("criteria"))
    rule = Rule(
        ref=f"{pack.ref}.{name}",
        pack=pack.ref,
        name=name,
        trigger=trigger,
        action_ref=ActionRef(action_ref),
        place=reader.place,
        description=reader.text("description"),
        enabled=reader.flag("enabled", default=False),
        trigger_parameters=trigger_parameters,
        criteria=criteria or (),
        parameters=parameters,
        is_backstop=_is_backstop(reader),
    )
    reader.accept(*COMPUTED, *UNUSED)
    reader.finish()
    links = references if rule.fires else ()
    is_whole = name and trigger and action_ref and criteria is not None
    return (rule if is_whole else None), links


def _trigger(reader: Reader) -> tuple[str, dict[str, Json]]:
    trigger = Reader.of(reader.value("trigger", required=True))
    if trigger is None:
        return "", {}
    # StackStorm lets other keys of a trigger pass unread.
    return trigger.text("type", required=True).strip(), dict(trigger.mapping("parameters"))


def _action(reader: Reader) -> tuple[str, dict[str, Json], tuple[Reference, ...]]:
    action = Reader.of(reader.value("action", required=True))
    if action is None:
        return "", {}, ()
    ref = action.text("ref", required=True).strip()
    parameters = dict(action.mapping("parameters"))
    action.text("description")
    action.finish()
    place = action.place_of("ref")
    references = (Reference(kind=ReferenceKind.ACTION, name=ref, place=place),) if ref else ()
    return ref, parameters, references


def _is_backstop(reader: Reader) -> bool:
    kind = reader.section("type")
    if kind is None:
        return False
    word = kind.choice("ref", TYPES, "standard")
    kind.accept("parameters")
    kind.finish()
    return word == "backstop"
