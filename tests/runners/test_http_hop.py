"""What a redirect makes of a request."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from chatops_cli.runners.http_hop import Hop, next_hop
from chatops_cli.runners.http_policy import HostRefusedError

SECRET = {"Authorization": "Basic x", "X-Api-Key": "k", "Host": "h", "Content-Type": "a/b"}


def hop(url: str, method: str = "POST") -> Hop:
    headers = SECRET | {"Accept": "a", "User-Agent": "u"}
    return Hop(method=method, url=URL(url), headers=headers, cookies={"sid": "1"}, body=b"b")


@pytest.mark.parametrize(
    ("status", "method", "after"),
    [
        (301, "POST", "GET"),
        (301, "PUT", "PUT"),
        (302, "PUT", "GET"),
        (302, "HEAD", "HEAD"),
        (303, "DELETE", "GET"),
        (303, "HEAD", "HEAD"),
        (307, "POST", "POST"),
        (308, "PATCH", "PATCH"),
    ],
)
def test_method_and_body_after_a_redirect(status: int, method: str, after: str) -> None:
    following = next_hop(hop("http://a/x/y?q=1#f", method), status, "../z")
    assert following is not None
    assert (following.method, str(following.url)) == (after, "http://a/z")
    repeats = status in {307, 308}
    assert following.body == (b"b" if repeats else None)
    assert ("Content-Type" in following.headers) is repeats


@pytest.mark.parametrize(
    ("old", "new", "stays"),
    [
        ("http://a/1", "/2", True),
        ("http://a/1", "http://a:80/2", True),
        ("http://a/1", "https://a/2", True),
        ("http://a/1", "//a/2", True),
        ("http://a:8080/1", "https://a/2", False),
        ("https://a/1", "http://a/2", False),
        ("http://a/1", "http://a:81/2", False),
        ("http://a/1", "http://b/2", False),
        ("http://a/1", "http://a.b/2", False),
        ("http://a/1", "http://u:p@b/2", False),
    ],
)
def test_secrets_stay_where_they_were_meant_for(old: str, new: str, stays: bool) -> None:
    following = next_hop(hop(old), 307, new)
    assert following is not None
    assert following.url.user is None
    assert following.cookies == ({"sid": "1"} if stays else {})
    kept = {"Accept", "User-Agent", "Content-Type"}
    assert set(following.headers) == (kept | set(SECRET) if stays else kept)


@pytest.mark.parametrize(("status", "location"), [(200, "/x"), (304, "/x"), (302, None), (302, "")])
def test_other_answers_lead_nowhere(status: int, location: str | None) -> None:
    assert next_hop(hop("http://a"), status, location) is None


@pytest.mark.parametrize("location", ["ftp://a/s3cret", "javascript:x", "http://[", "http://:1/"])
def test_a_redirect_to_something_else_is_refused(location: str) -> None:
    with pytest.raises(HostRefusedError) as caught:
        next_hop(hop("http://a"), 302, location)
    assert caught.value.message == "'a' redirects to something that is no http or https address"


@given(st.text(max_size=40))
def test_no_location_leads_past_http(location: str) -> None:
    try:
        following = next_hop(hop("http://a/b"), 302, location)
    except HostRefusedError:
        return
    if following is not None:
        assert following.url.scheme in {"http", "https"}
        assert following.url.host
        assert following.url.host == "a" or not following.cookies
