"""Real packs, which nobody here wrote: every file is read, and what is broken in them is told."""

from collections import Counter
from functools import cache
from pathlib import Path

from chatops_cli.catalog.catalog import Catalog, open_catalog
from chatops_cli.catalog.other_files import check_pack_files, other_files
from chatops_cli.model.policy import ConcurrencyPolicy, RetryPolicy
from tests.support.shared import CORPUS, needs_corpus

pytestmark = needs_corpus

LEFT_OUT = "entry-point"
"""The corpus holds data files only, so that entry points of scripts are missing in it."""


@cache
def load() -> Catalog:
    return open_catalog([CORPUS], cache=None)


def test_every_yaml_file_is_read() -> None:
    """Each belongs to the model, to the configuration schemas, or to the files checked apart."""
    catalog = load()
    held = {action.place.file for action in catalog.actions()}
    held |= {alias.place.file for alias in catalog.aliases}
    held |= {pack.place.file for pack in catalog.packs.values()}
    held |= {rule.place.file for rule in catalog.rules}
    held |= {str(path) for path in CORPUS.glob("*/policies/*.y*ml")}
    held |= {str(path) for path in CORPUS.glob("*/config.schema.yaml")}
    others = {
        f"{pack.path}/{name}"
        for pack in catalog.packs.values()
        for name in other_files(pack.path, pack.path, [])
    }
    files = {str(path) for ending in ("yaml", "yml") for path in CORPUS.rglob(f"*.{ending}")}
    assert (held | others, held & others) == (files, set())
    assert len(files) > 2000


def test_other_files_of_real_packs_are_yaml() -> None:
    assert [
        check_pack_files(pack) for pack in load().packs.values() if check_pack_files(pack)
    ] == []


def test_real_packs_load_without_false_alarms() -> None:
    """Of 1,825 files, these are told, and each is broken indeed."""
    catalog = load()
    told = Counter(
        (problem.rule, str(Path(problem.place.file).relative_to(CORPUS)), problem.place.line)
        for problem in catalog.problems
        if problem.rule != LEFT_OUT
    )
    network, stfc = "network_essentials/actions", "stfc__st2-cloud-pack/aliases"
    assert told == Counter(
        [
            ("missing-pack", "StorminStanley__st2_community/aliases/search_kb.yaml", 4),
            ("missing-action", "opsgenie/aliases/send_heartbeat.yaml", 5),
            ("missing-action", "powerdns/aliases/record_add_a.yaml", 3),
            ("missing-action", "powerdns/aliases/zones_list.yaml", 3),
            ("missing-action", f"{stfc}/float_ip_list.yaml", 3),
            ("missing-action", f"{stfc}/hypervisor_list.yaml", 3),
            ("missing-action", f"{stfc}/project_list.yaml", 3),
            ("missing-action", f"{stfc}/user_list.yaml", 3),
            ("missing-action", "vyatta/aliases/show_bgp_neighbors.yaml", 3),
            ("repeated-key", f"{network}/get_persist_configuration_status.yaml", 9),
            # `item` beside `type: array`, where `items` is meant.
            ("unknown-key", "pagerduty/actions/escalation_policy.create.yaml", 97),
            (
                "retired-runner",
                "EncoreTechnologies__stackstorm-arista/actions/servicenow_incident.yaml",
                18,
            ),
            ("retired-runner", f"{network}/cfg_rate_limiting.yaml", 4),
            ("retired-runner", f"{network}/clear_cfg_rate_limiting.yaml", 4),
            ("retired-runner", f"{network}/drop_provision.yaml", 8),
            ("retired-runner", f"{network}/drop_unprovision.yaml", 8),
            ("retired-runner", f"{network}/find_my_host_vcs.yaml", 7),
            ("unknown-key", "terraform/pack.yaml", 4),
        ]
    )


def test_rules_and_policies_of_real_packs() -> None:
    """Most rules wait for what never happens here: webhooks, timers and sensors."""
    catalog = load()
    fires = Counter((rule.fires, rule.enabled) for rule in catalog.rules)
    assert fires == {(False, True): 44, (False, False): 15, (True, True): 5, (True, False): 1}
    held = {ref: [type(p) for p in catalog.policies(ref)] for ref in catalog.action_refs()}
    assert {ref: kinds for ref, kinds in held.items() if kinds} == {
        "core.http": [RetryPolicy, RetryPolicy],
        "hello_st2.greet": [ConcurrencyPolicy],
        "st2ci.st2_pkg_e2e_test": [ConcurrencyPolicy],
        "st2ci.st2_pkg_promote": [ConcurrencyPolicy],
        "stackstorm_openstack.hypervisor.drain": [ConcurrencyPolicy],
        "stackstorm_openstack.server.migrate": [ConcurrencyPolicy, RetryPolicy],
    }


def test_missing_entry_points_are_told_of_scripts_only() -> None:
    """Workflows are data files, and are there."""
    catalog = load()
    missing = {p.place.file for p in catalog.problems if p.rule == LEFT_OUT}
    runners = Counter(a.runner_type for a in catalog.actions() if a.place.file in missing)
    assert set(runners) == {
        "local-shell-script",
        "python-script",
        "remote-shell-script",
        "winrm-ps-script",
    }


def test_merge_keys_of_real_packs_are_taken_in() -> None:
    action = load().action("network_essentials.add_ipv4_rule_acl")
    assert action is not None
    assert action.parameters["mgmt_ip"].type == "string"
    assert "<<" not in action.parameters
