"""A policy's file as a `Policy`."""

from chatops_cli.catalog.action_file import check_pack, read_name
from chatops_cli.catalog.reference import Reference, ReferenceKind
from chatops_cli.model.frozen import frozen
from chatops_cli.model.pack import Pack
from chatops_cli.model.policy import Policy
from chatops_cli.reading.policy import read_policy
from chatops_cli.reading.reader import Reader

COMPUTED = ("id", "ref", "uid", "metadata_file")


@frozen
class PolicyFile:
    """A policy with its name and whether it holds."""

    name: str
    policy: Policy
    enabled: bool = True


def read_policy_file(reader: Reader, pack: Pack) -> tuple[PolicyFile | None, tuple[Reference, ...]]:
    """What the file says, and the action that it holds for; None where any of that is wrong.

    Source: StackStorm, ``st2common.models.api.policy``, schema of a policy.
    """
    name = read_name(reader)
    check_pack(reader, pack)
    reader.text("description")
    enabled = reader.flag("enabled", default=True, broken=True)
    action_ref = reader.text("resource_ref", required=True).strip()
    policy = read_policy(
        reader.value("policy_type", required=True),
        reader.value("parameters", required=True),
        ref=f"{pack.ref}.{name}",
        action_ref=action_ref,
        place=reader.place,
    )
    reader.accept(*COMPUTED)
    reader.finish()
    references = (
        (
            Reference(
                kind=ReferenceKind.ACTION, name=action_ref, place=reader.place_of("resource_ref")
            ),
        )
        if action_ref
        else ()
    )
    if policy is None or not name or not action_ref:
        return None, references
    return PolicyFile(name=name, policy=policy, enabled=enabled), references
