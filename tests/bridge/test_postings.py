"""What a reply becomes on a network: posts, and a file of what is too long for them."""

from dataclasses import replace

from chatops_cli.bridge.contract import Capabilities, Choice
from chatops_cli.bridge.postings import MOST, posts_of
from chatops_cli.model.chat import Attachment, Reply, ReplyKind
from chatops_cli.model.execution import Status
from chatops_cli.rendering.networks import Network, find_network

FILES = Capabilities(files=True)
REPLY = Reply(kind=ReplyKind.RESULT, message_id="C1:1.2", room="C1", text="before")


def network(name: str) -> Network:
    found = find_network(name)
    assert found is not None
    return found


def test_attachments_stay_what_they_are_where_they_are_short_enough() -> None:
    reply = replace(REPLY, attachments=(Attachment(text="x" * 19_000),))
    (posting,) = posts_of(reply, network("slack"), FILES, key="k").postings
    assert posting.attachments == reply.attachments


def test_attachments_that_are_too_long_become_a_file() -> None:
    text = "line of output\n" * 2_000
    reply = replace(REPLY, attachments=(Attachment(text=text, title="T"),), extra={"slack": {}})
    posts = posts_of(reply, network("slack"), FILES, key="k")
    assert posts.file == f"before\nT\n{text}"
    assert len(posts.postings) == 2
    assert not any(posting.attachments for posting in posts.postings)


def test_a_file_has_all_where_there_are_no_attachments() -> None:
    reply = replace(REPLY, text="x" * 90_000, attachments=(Attachment(text="framed"),))
    posts = posts_of(reply, network("xmpp"), FILES, key="k")
    assert posts.file == f"{reply.text}\nframed"


def test_what_is_too_long_is_cut_where_there_are_no_files() -> None:
    reply = replace(REPLY, attachments=(Attachment(text="y" * 100_000),))
    posts = posts_of(reply, network("slack"), Capabilities(), key="k", more="chatops history")
    assert len(posts.postings) == MOST
    assert posts.postings[-1].text.endswith("are left out: chatops history")


def test_an_approval_can_be_given_by_the_last_of_its_posts() -> None:
    """Something else that waits has no button, and neither has a confirmation."""
    asked = replace(
        REPLY, text="x" * 9_000, execution_id="5f", status=Status.PENDING, reason="approval"
    )
    *others, last = posts_of(asked, network("slack"), FILES, key="k").postings
    assert last.choices == (
        Choice(label="Approve", command="approve 5f"),
        Choice(label="Deny", command="deny 5f"),
    )
    assert not any(posting.choices for posting in others)
    assert {posting.answers for posting in (*others, last)} == {"C1:1.2"}
    for other in (replace(asked, reason="confirm"), replace(asked, status=Status.RUNNING), REPLY):
        for posting in posts_of(other, network("slack"), FILES, key="k").postings:
            assert posting.choices == ()
