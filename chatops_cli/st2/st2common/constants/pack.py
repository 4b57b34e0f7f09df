"""Names about packs. Source: StackStorm, `st2common.constants.pack`."""

from _chatops_missing import names_of

__getattr__ = names_of(__name__)

PACK_VERSION_SEPARATOR = "="
MANIFEST_FILE_NAME = "pack.yaml"
CONFIG_SCHEMA_FILE_NAME = "config.schema.yaml"
COMMON_LIB_DIR = "lib"
PACK_REF_WHITELIST_REGEX = "^[a-z0-9_]+$"
PACK_RESERVED_CHARACTERS = ["."]
PACK_CONFIG_CONTEXT_KV_PREFIX = "config_context"
RESERVED_PACK_LIST = ["_global"]
SYSTEM_PACK_NAME = "core"
PACKS_PACK_NAME = "packs"
LINUX_PACK_NAME = "linux"
DEFAULT_PACK_NAME = "default"
CHATOPS_PACK_NAME = "chatops"
SYSTEM_PACK_NAMES = [CHATOPS_PACK_NAME, SYSTEM_PACK_NAME, PACKS_PACK_NAME, LINUX_PACK_NAME]
USER_PACK_NAME_BLACKLIST = [SYSTEM_PACK_NAME, PACKS_PACK_NAME]
