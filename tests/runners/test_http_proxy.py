"""Which proxy is taken."""

import pytest
from yarl import URL

from chatops_cli.runners.http_proxy import choose_proxy

GIVEN = {"http": "proxy.example:3128", "https": ""}
AROUND = {"http_proxy": "http://low:1", "HTTP_PROXY": "http://up:1", "HTTPS_PROXY": "http://up:2"}


@pytest.mark.parametrize(
    ("url", "given", "environment", "proxy"),
    [
        ("http://a", GIVEN, AROUND, "http://proxy.example:3128"),
        ("https://a", GIVEN, AROUND, "http://up:2"),
        ("http://a", {}, AROUND, "http://low:1"),
        ("http://a", {}, AROUND | {"http_proxy": ""}, None),
        ("http://a", {}, {}, None),
        ("https://a", {}, {"ALL_PROXY": "https://all:1"}, "https://all:1"),
        ("http://a", GIVEN, AROUND | {"no_proxy": "*"}, "http://proxy.example:3128"),
        *(
            (url, {}, AROUND | {"NO_PROXY": " b , .example.org,10.0.0.0/8,[,1.2.3.4,c:81,/"}, proxy)
            for url, proxy in [
                ("http://a", "http://low:1"),
                ("http://b", None),
                ("http://B:81", None),
                ("http://x.b", None),
                ("http://xb", "http://low:1"),
                ("http://example.org", None),
                ("https://www.example.org", None),
                ("http://10.2.3.4", None),
                ("http://11.2.3.4", "http://low:1"),
                ("http://1.2.3.4", None),
                ("http://c", "http://low:1"),
                ("http://c:81", None),
            ]
        ),
        ("http://a", {}, AROUND | {"no_proxy": "*"}, None),
    ],
)
def test_the_proxy_of_an_address(
    url: str, given: dict[str, str], environment: dict[str, str], proxy: str | None
) -> None:
    chosen = choose_proxy(URL(url), given, environment)
    assert chosen == (None if proxy is None else URL(proxy))
