"""StackStorm's RBAC files decide as there, for what there is here; mistakes in them are told."""

from pathlib import Path

import pytest

from chatops_cli.access.decide import AccessRequest, decide
from chatops_cli.errors import SettingsError
from chatops_cli.model.access import AccessPolicy, Operation
from chatops_cli.model.action import ActionRef
from chatops_cli.model.chat import Principal
from chatops_cli.settings.load import load_settings

SETTINGS = """\
access:
  local: deny
  rbac: rbac
  groups: {"CN=web,OU=groups": ["slack:T1:U7"]}
  rules: [{name: own, effect: deny, actions: [core.local]}]
"""
FILES = {
    "roles/one.yaml": "name: one\ndescription: d\npermission_grants:\n"
    '- {resource_uid: "action:web:deploy", permission_types: [action_execute, action_view]}\n'
    '- {resource_uid: "pack:db", permission_types: [pack_all]}\n'
    "- {permission_types: [inquiry_respond, action_list]}\n",
    "roles/core.yaml": "name: all_of_core\npermission_grants:\n"
    '- {resource_uid: "pack:core", permission_types: [action_all]}\n',
    "roles/off.yaml": "name: off\nenabled: false\npermission_grants:\n"
    '- {resource_uid: "pack:web", permission_types: [action_all]}\n',
    "assignments/ann.yaml": "username: ann\nroles: [one, off]\n",
    "assignments/root.yaml": "username: root\nroles: [admin]\n",
    "assignments/bob.yaml": "username: bob\nenabled: false\nroles: [admin]\n",
    "assignments/eve.yaml": "username: eve\nroles: [observer]\n",
    "mappings/web.yaml": 'group: "CN=web,OU=groups"\nroles: [all_of_core]\n',
}


def read(folder: Path, files: dict[str, str]) -> AccessPolicy:
    for name, text in files.items():
        path = folder / "rbac" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (folder / "chatops.yaml").write_text(SETTINGS)
    return load_settings(folder=folder).access


@pytest.mark.parametrize(
    ("who", "action", "operation", "expected"),
    [
        pytest.param("local:ann", "web.deploy", "run", True, id="its action"),
        pytest.param("local:ann", "web.deploy", "cancel", True, id="to stop it"),
        pytest.param("local:ann", "web.other", "run", False, id="another of the pack"),
        pytest.param("local:ann", "db.dump", "run", False, id="pack_all runs nothing"),
        pytest.param("local:ann", "db.ask", "answer", True, id="an inquiry"),
        pytest.param("local:root", "db.dump", "run", True, id="an admin"),
        pytest.param("local:root", "core.local", "run", False, id="a rule of the settings denies"),
        pytest.param("local:bob", "db.dump", "run", False, id="a disabled assignment"),
        pytest.param("local:eve", "db.dump", "run", False, id="an observer"),
        pytest.param("slack:U7", "core.echo", "run", True, id="a mapped group"),
        pytest.param("slack:U8", "core.echo", "run", False, id="nobody"),
    ],
)
def test_decisions(isolated: Path, who: str, action: str, operation: str, expected: bool) -> None:
    network, _, user = who.partition(":")
    workspace = "T1" if network == "slack" else ""
    request = AccessRequest(
        principal=Principal(network=network, workspace=workspace, user=user),
        room="#ops",
        action_ref=ActionRef(action),
        operation=Operation(operation),
        parameters={},
    )
    assert decide(request, read(isolated, FILES)).allowed is expected


def test_an_account_has_the_roles_of_the_user(isolated: Path) -> None:
    policy = read(isolated, FILES)
    request = AccessRequest(
        principal=Principal(network="slack", workspace="T1", user="U1"),
        room="#ops",
        action_ref=ActionRef("web.deploy"),
        account="ann",
    )
    decision = decide(request, policy)
    assert (decision.allowed, decision.rule) == (True, "rbac:one")
    assert f"{isolated / 'rbac/roles/one.yaml'}:4:3" in decision.reason


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        pytest.param(
            "roles/x.yaml",
            'name: x\npermission_grants: [{resource_uid: "pack:a", permission_types: [run]}]\n',
            "error[rbac] 'run' is no permission type",
            id="a type",
        ),
        pytest.param(
            "roles/x.yaml",
            "name: x\npermission_grants: [{permission_types: [action_execute]}]\n",
            "error[rbac] action_execute needs a resource_uid",
            id="no resource",
        ),
        pytest.param(
            "roles/x.yaml",
            'name: x\npermission_grants: [{resource_uid: "pack:*", permission_types: []}]\n',
            "error[rbac] 'pack:*' names no one resource",
            id="a pattern",
        ),
        pytest.param(
            "roles/x.yaml",
            'name: x\npermission_grants: [{resource_uid: "action:a", '
            "permission_types: [action_all]}]\n",
            "error[rbac] 'action:a' is not action:pack:name",
            id="half an action",
        ),
        pytest.param("roles/x.yaml", "name: one\n", "is defined twice", id="twice"),
        pytest.param("roles/x.yaml", "name: admin\n", "StackStorm's own", id="a system role"),
        pytest.param("roles/x.yaml", "", "error[empty-file]", id="empty"),
        pytest.param(
            "assignments/x.yaml",
            "username: x\nroles: [none]\n",
            "error[rbac] there is no role none in roles/",
            id="an unknown role",
        ),
        pytest.param(
            "assignments/x.yaml",
            "username: '*'\nroles: [admin]\n",
            "error[rbac] username is '*', which would stand for others",
            id="a user for everybody",
        ),
        pytest.param("assignments/x.yaml", "roles: [one]\n", "[missing-key]", id="no user"),
        pytest.param("mappings/x.yaml", "group: [\n", "x.yaml:2:1: error", id="broken YAML"),
    ],
)
def test_mistakes(isolated: Path, name: str, text: str, expected: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read(isolated, {**FILES, name: text})
    assert expected in caught.value.message
    assert name in caught.value.message


def test_no_folder(isolated: Path) -> None:
    with pytest.raises(SettingsError, match="there is no such folder"):
        read(isolated, {})
