"""Names of the datastore's scopes. Source: StackStorm, `st2common.constants.keyvalue`."""

from _chatops_missing import names_of

__getattr__ = names_of(__name__)

ALL_SCOPE = "all"
DATASTORE_PARENT_SCOPE = "st2kv"
DATASTORE_SCOPE_SEPARATOR = "."
SYSTEM_SCOPE = "system"
FULL_SYSTEM_SCOPE = "st2kv.system"
SYSTEM_SCOPES = [SYSTEM_SCOPE]
USER_SCOPE = "user"
FULL_USER_SCOPE = "st2kv.user"
USER_SCOPES = [USER_SCOPE]
USER_SEPARATOR = ":"
DATASTORE_KEY_SEPARATOR = ":"
ALLOWED_SCOPES = [SYSTEM_SCOPE, USER_SCOPE, FULL_SYSTEM_SCOPE, FULL_USER_SCOPE]
