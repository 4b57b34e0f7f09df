"""The permission types that StackStorm knows; a misspelt one would grant nothing, silently.

Source: StackStorm, ``st2common/rbac/types.py``.
"""

from collections.abc import Mapping
from types import MappingProxyType

_MADE = "list view create modify delete"

_VERBS: Mapping[str, str] = MappingProxyType(
    {
        "runner_type": "list view modify all",
        "pack": f"{_MADE} install uninstall register config search views_index_health all",
        "sensor_type": "list view modify all",
        "action": f"{_MADE} execute all",
        "action_alias": f"{_MADE} match help all",
        "execution": "list view rerun stop all views_filters_list",
        "rule": f"{_MADE} all",
        "rule_enforcement": "list view",
        "key_value_pair": "list view set delete all",
        "webhook": "list view create send delete all",
        "timer": "list view all",
        "api_key": f"{_MADE} all",
        "trace": "list view all",
        "trigger": "list view all",
        "policy_type": "list view all",
        "policy": f"{_MADE} all",
        "stream": "view",
        "inquiry": "list view respond all",
    }
)

PERMISSIONS = frozenset(
    f"{resource}_{verb}" for resource, verbs in _VERBS.items() for verb in verbs.split()
)
"""All of them."""

GLOBAL = frozenset(
    {name for name in PERMISSIONS if name.endswith("_list")}
    | {"pack_install", "pack_uninstall", "pack_create", "pack_register", "pack_config"}
    | {
        "pack_search",
        "pack_views_index_health",
        "action_alias_match",
        "action_alias_help",
        "api_key_create",
    }
    | {"policy_create", "stream_view", "inquiry_respond", "inquiry_view"}
)
"""Those that stand without a resource."""

RUNS = frozenset({"action_execute", "action_all"})
"""Those of an action or a pack by which its actions may be run."""
