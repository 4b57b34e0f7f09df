"""Tokens and keys that services give out, known by how they begin.

Only those are here whose beginning says whose they are, so that a text that looks like one is one.
"""

import re
from collections.abc import Iterator

from chatops_cli.model.frozen import frozen

_FILLED = re.compile(
    rb"example|placeholder|replace|your|change|dummy|fake|redact|sample|secret|token|xxxx|0000|1234",
    re.IGNORECASE,
)
"""What is in texts that stand for a token, and hardly ever in one."""
_DISTINCT = 8
"""Different characters that a random text of this length has at least."""


@frozen
class TokenKind:
    """One kind: what it is called, a text that is in each, and how the whole looks.

    The group `random` of `pattern` is the part that nobody thought up.
    """

    name: str
    mark: bytes
    pattern: re.Pattern[bytes]


@frozen
class FoundToken:
    """One in a text. `start` is its offset in bytes."""

    kind: str
    start: int


def _kind(name: str, mark: str, pattern: str) -> TokenKind:
    return TokenKind(name=name, mark=mark.encode(), pattern=re.compile(pattern.encode()))


KINDS = (
    _kind(
        "a token of Slack",
        "xox",
        r"\bxox[abeoprs](?:\.xox[bp])?-(?:\d+-)+(?P<random>[0-9A-Za-z]{20,})",
    ),
    _kind("an app token of Slack", "xapp-", r"\bxapp-\d-[A-Z0-9]+-\d+-(?P<random>[0-9a-f]{40,})"),
    _kind(
        "the address of a webhook of Slack",
        "hooks.slack.com/services/",
        r"hooks\.slack\.com/services/T[A-Z0-9]{7,}/B[A-Z0-9]{7,}/(?P<random>[0-9A-Za-z]{20,})",
    ),
    _kind("a token of GitHub", "gh", r"\bgh[opsur]_(?P<random>[0-9A-Za-z]{36,})"),
    _kind("a token of GitHub", "github_pat_", r"\bgithub_pat_(?P<random>[0-9A-Za-z_]{60,})"),
    _kind("a token of GitLab", "glpat-", r"\bglpat-(?P<random>[\w-]{20,})"),
    _kind("an access key of AWS", "AKIA", r"\bAKIA(?P<random>[A-Z2-7]{16})\b"),
    _kind("a key of Google", "AIza", r"\bAIza(?P<random>[\w-]{35})"),
    _kind("a key of Stripe", "k_live_", r"\b[rs]k_live_(?P<random>[0-9A-Za-z]{20,})"),
    _kind("a key of SendGrid", "SG.", r"\bSG\.[\w-]{20,24}\.(?P<random>[\w-]{40,48})"),
    _kind("a key of OpenAI", "T3BlbkFJ", r"\bsk-[\w-]{16,}T3BlbkFJ(?P<random>[\w-]{16,})"),
    _kind("a key of Anthropic", "sk-ant-", r"\bsk-ant-[a-z]+\d\d-(?P<random>[\w-]{40,})"),
    _kind("a token of npm", "npm_", r"\bnpm_(?P<random>[0-9A-Za-z]{36})\b"),
    _kind("a token of PyPI", "pypi-AgEIcHlwaS5vcmc", r"pypi-AgEIcHlwaS5vcmc(?P<random>[\w-]{50,})"),
    _kind("a token of a Telegram bot", ":AA", r"\b\d{8,10}:AA(?P<random>[\w-]{33})\b"),
    _kind("a token of HashiCorp Vault", "hvs.", r"\bhvs\.(?P<random>[\w-]{24,})"),
    # Two lines of it at least: a header alone is in many texts about keys.
    _kind(
        "a private key",
        "PRIVATE KEY-----",
        r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----(?:\\n|[\s\"'+,])+"
        r"(?P<random>[0-9A-Za-z+/=]{40,80})(?:\\n|[\s\"'+,])+[0-9A-Za-z+/=]{20,80}",
    ),
)


def tokens_in(data: bytes) -> Iterator[FoundToken]:
    """The tokens in a text, kind by kind; what only stands for one is passed over."""
    for kind in KINDS:
        if kind.mark in data:
            for match in kind.pattern.finditer(data):
                if _is_random(match["random"]):
                    yield FoundToken(kind=kind.name, start=match.start())


def _is_random(text: bytes) -> bool:
    """Whether nobody wrote this by hand: many different characters, and no word for a filling."""
    return len(set(text)) >= _DISTINCT and _FILLED.search(text) is None
