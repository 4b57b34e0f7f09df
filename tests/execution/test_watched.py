"""What an execution decrypts is a secret of it: in defaults, configuration, errors, and later."""

from pathlib import Path

import pytest

from chatops_cli.errors import ParameterError
from chatops_cli.execution.configuration import Site
from chatops_cli.execution.engine import Prepared, Request
from chatops_cli.execution.inline import InlineEngine
from chatops_cli.execution.masking import Masker
from chatops_cli.execution.parameters import Binder
from chatops_cli.execution.watched import WatchedValues
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.records.datastore import Datastore
from chatops_cli.records.key_file import generate
from chatops_cli.rendering.templates import Templates
from tests.support.clock import FakeClock
from tests.support.parameters import FakeRunner, make_action

SECRET = "s3cr3t-t0ken"


@pytest.fixture
def store(tmp_path: Path) -> Datastore:
    """A datastore with a secret for everybody, and one of alice's."""
    generate(tmp_path / "datastore.key")
    store = Datastore(tmp_path / "datastore.json", clock=FakeClock())
    store.set("system", "token", SECRET, encrypt=True)
    store.set("user", "token", "of-4lice", "alice", encrypt=True)
    return store


def prepare(
    store: Datastore,
    default: Json,
    *,
    kind: str = "string",
    config: JsonObject | None = None,
    owner: str | None = None,
    runner: FakeRunner | None = None,
) -> tuple[InlineEngine, Prepared]:
    engine = InlineEngine(
        find_runner={"fake": runner or FakeRunner("done")}.__getitem__,
        binder=Binder(Templates()),
        clock=FakeClock(),
        new_id=lambda: "i-1",
        datastore=store.of,
        values=lambda user, _execution: store.of(user),
    )
    action = make_action({"p": {"type": kind, "default": default}})
    request = Request(
        id="e-1",
        action=action,
        context={"user": "alice"},
        site=Site(values=config or {}),
        owner=owner,
    )
    return engine, engine.prepare(request)


@pytest.mark.parametrize(
    "default",
    [
        "{{ st2kv.system.token | decrypt_kv }}",
        "{{ st2kv('system.token', decrypt=true) }}",
        "before {{ st2kv('system.token', decrypt=true) }} after",
    ],
)
def test_what_a_default_decrypts_is_masked(store: Datastore, default: str) -> None:
    _, prepared = prepare(store, default)
    assert SECRET in str(prepared.execution.parameters["p"])
    assert SECRET not in str(prepared.masked_parameters()["p"])
    assert prepared.masker.text(f"<{SECRET}>") == "<********>"


def test_what_a_configuration_decrypts_is_masked(store: Datastore) -> None:
    config: JsonObject = {"token": "{{ st2kv('user.token', decrypt=true) }}"}
    _, prepared = prepare(store, "x", config=config)
    assert prepared.config == {"token": "of-4lice"}
    assert prepared.masker.text("of-4lice") == "********"


def test_without_being_decrypted_a_secret_is_its_ciphertext(store: Datastore) -> None:
    _, prepared = prepare(store, "{{ st2kv.system.token }}")
    assert str(prepared.execution.parameters["p"]).startswith("chatops:1:")


def test_an_error_that_quotes_a_secret_is_masked(store: Datastore) -> None:
    with pytest.raises(ParameterError) as caught:
        prepare(store, "{{ st2kv('system.token', decrypt=true) }}", kind="integer")
    assert "********" in caught.value.message
    assert SECRET not in f"{caught.value} {caught.value.message} {caught.value.hint}"


def test_the_owner_goes_before_the_name_in_the_context(store: Datastore) -> None:
    default = "{{ st2kv('user.token', default='none', decrypt=true) }}"
    assert prepare(store, default)[1].execution.parameters["p"] == "of-4lice"
    _, prepared = prepare(store, default, owner="chat:T1:alice")
    assert prepared.execution.parameters["p"] == "none"


async def test_an_action_is_handed_the_datastore_of_its_user(store: Datastore) -> None:
    runner = FakeRunner("done")
    engine, prepared = prepare(store, "x", runner=runner)
    await engine.run(prepared)
    values = runner.calls[0].datastore
    assert values is not None
    stream = prepared.masker.stream()
    assert stream.feed(b"of-4lice s3cr3t-t0ken ") == b"of-4lice s3cr3t-t0ken "

    encrypted = values.find("user", "token", decrypt=False)
    assert encrypted is not None
    assert encrypted.encrypted
    assert prepared.masker.text("of-4lice") == "of-4lice"
    found = values.find("user", "token", decrypt=True)
    assert found is not None
    assert found.value == "of-4lice"
    assert prepared.masker.text("of-4lice") == "********"
    assert [item.value for item in values.select("system", "t", decrypt=True)] == [SECRET]
    assert stream.feed(b"of-4lice s3cr3t-t0ken ") == b"******** ******** "
    values.set("system", "new", "an0ther-one", ttl=None, encrypt=True)
    assert prepared.masker.text("an0ther-one") == "********"
    assert values.find("system", "absent", decrypt=True) is None
    assert values.delete("system", "new") is True


def test_what_is_not_secret_is_not_masked(store: Datastore) -> None:
    store.set("system", "city", "Lisbon")
    masker = Masker()
    values = WatchedValues(store.of("alice"), masker)
    values.find("system", "city", decrypt=True)
    values.set("system", "town", "Lisbon", ttl=None, encrypt=False)
    assert masker.text("Lisbon") == "Lisbon"
