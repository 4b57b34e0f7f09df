"""The datastore: for a time or for good, readable or encrypted, by several processes at once."""

import json
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatops_cli.errors import ParameterError, RecordError
from chatops_cli.model.item import Item, Scope
from chatops_cli.records.cipher import PREFIX, UndecryptableError, decrypt, encrypt
from chatops_cli.records.datastore import LONGEST, VALUE_LIMIT, Datastore
from chatops_cli.records.key_file import OwnKey, StackStormKey, generate, read_key
from tests.support.clock import START, FakeClock
from tests.support.processes import run_python

STACKSTORM = {
    "hmacKey": {"hmacKeyString": "QlDSsKM5hFWYkqiZ1CVqnPYnbJPGgRgLoyCHFKzOFAM", "size": 256},
    "aesKeyString": "ArAGtGZD3lUoTGvOhTUYLyjC9vSb-nTZkHmrNeFnRvE",
    "mode": "CBC",
    "size": 256,
}


@pytest.fixture
def store(tmp_path: Path) -> Datastore:
    """A datastore with a key."""
    generate(tmp_path / "datastore.key")
    return Datastore(tmp_path / "datastore.json", clock=FakeClock(step=0))


def test_a_value_is_gone_when_its_time_is_over(tmp_path: Path) -> None:
    clock = FakeClock(step=0)
    store = Datastore(tmp_path / "datastore.json", clock=clock)
    item = store.set("system", "short", "1", ttl=30)
    store.set("user", "long", "2", "alice", ttl=60)
    store.set("system", "ever", "3")
    assert item.expires == START + timedelta(seconds=30)

    clock.time = START + timedelta(seconds=29.999)
    assert store.get("system", "short") == "1"
    clock.time = START + timedelta(seconds=30)
    assert store.get("system", "short") is None
    assert [item.name for item in store.select()] == ["ever", "long"]
    assert "short" in (tmp_path / "datastore.json").read_text()
    store.set("system", "other", "4")
    assert "short" not in (tmp_path / "datastore.json").read_text(), "the next change removes it"


def test_a_new_value_has_nothing_of_the_old_one(store: Datastore) -> None:
    store.set("system", "a", "1", ttl=30, encrypt=True)
    store.set("system", "a", "2")
    assert store.find("system", "a") == Item(scope=Scope.SYSTEM, name="a", value="2")


@pytest.mark.parametrize("ttl", [0, -1, float("nan"), float("inf"), LONGEST + 1, 10**400])
def test_a_ttl_has_bounds(store: Datastore, ttl: float) -> None:
    with pytest.raises(ParameterError, match="a value can't be kept for"):
        store.set("system", "a", "1", ttl=ttl)


def test_items_are_chosen_by_scope_user_and_prefix(store: Datastore) -> None:
    for name in ("db.host", "db.port", "web"):
        store.set("system", name, "x")
        store.set("user", name, "x", "alice")
    store.set("user", "db.host", "x", "bob")

    def names(**asked: str) -> list[str]:
        return [f"{item.user}/{item.name}" for item in store.select(**asked)]  # type: ignore[arg-type]  # decrypt is not among them

    assert names(scope="system", prefix="db.") == ["/db.host", "/db.port"]
    assert names(user="alice", prefix="w") == ["alice/web"]
    assert names(scope="user", prefix="db.h") == ["alice/db.host", "bob/db.host"]
    assert len(names()) == 7


def test_one_user_never_reaches_what_is_another_ones(store: Datastore) -> None:
    store.set("user", "token", "hers", "alice")
    bob = store.of("bob")
    assert (bob.get("user", "token"), bob.find("user", "token", decrypt=True)) == (None, None)
    assert bob.select("user", "", decrypt=True) == ()
    assert bob.delete("user", "token") is False
    bob.set("user", "token", "his", ttl=None, encrypt=False)
    assert store.get("user", "token", "alice") == "hers"
    for call in (
        lambda: store.of("").get("user", "token"),
        lambda: store.of("").select("user", "", decrypt=False),
    ):
        with pytest.raises(ParameterError, match="needs the user whose value it is"):
            call()


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        pytest.param(
            "a", "\ud800", "the value of 'a' is no text that UTF-8 can hold", id="surrogate"
        ),
        pytest.param("a\nb", "1", "'a\\nb' is no name for a value of the datastore", id="newline"),
        pytest.param("n" * 1025, "1", f"'{'n' * 40}' is no name for a value", id="long name"),
        pytest.param(
            "a",
            "x" * (VALUE_LIMIT + 1),
            "the value of 'a' has 1,048,577 bytes; at most 1,048,576 are kept",
            id="large",
        ),
    ],
)
def test_names_and_values_have_bounds(
    store: Datastore, name: str, value: str, message: str
) -> None:
    with pytest.raises(ParameterError) as caught:
        store.set("system", name, value)
    assert caught.value.message.startswith(message)
    with pytest.raises(ParameterError):
        store.put([Item(scope=Scope.SYSTEM, name="ok", value="1"), item(name, value)])
    assert store.select() == (), "all or nothing"


def item(name: str, value: str) -> Item:
    return Item(scope=Scope.SYSTEM, name=name, value=value)


def test_a_secret_is_encrypted_on_disk_and_decrypted_when_asked(
    store: Datastore, tmp_path: Path
) -> None:
    store.set("system", "password", "hünter2", encrypt=True)
    assert "nter2" not in (tmp_path / "datastore.json").read_text()
    stored = store.get("system", "password")
    assert stored is not None
    assert stored.startswith(PREFIX)
    assert store.get("system", "password", decrypt=True) == "hünter2"
    assert store.of("alice").get("system", "password", True) == "hünter2"
    (found,) = store.select(decrypt=True)
    assert (found.value, found.secret, found.encrypted) == ("hünter2", True, False)
    assert "nter2" not in repr(found)
    store.set("system", "plain", "text")
    assert store.get("system", "plain", decrypt=True) == "text"


def test_a_secret_moved_to_another_name_stays_one(store: Datastore) -> None:
    """Who may write values, but not read secrets, can't make one readable by copying it."""
    store.set("user", "token", "hers", "alice", encrypt=True)
    copied = store.get("user", "token", "alice")
    assert copied is not None
    for place in (("system", "token", None), ("user", "other", "alice"), ("user", "token", "bob")):
        scope, name, user = place
        owner = user or ""
        store.put(
            [Item(scope=Scope(scope), name=name, value=copied, user=owner, secret=True,
                  encrypted=True)]
        )  # fmt: skip
        with pytest.raises(UndecryptableError):
            store.get(scope, name, user, decrypt=True)


def test_a_wrong_key_is_one_clear_error(store: Datastore, tmp_path: Path) -> None:
    store.set("system", "password", "hunter2", encrypt=True)
    other = tmp_path / "other.key"
    generate(other)
    elsewhere = Datastore(tmp_path / "datastore.json", clock=FakeClock(), key_file=other)
    with pytest.raises(UndecryptableError) as caught:
        elsewhere.get("system", "password", decrypt=True)
    assert caught.value.message == (
        "the value of 'password' in scope system can't be decrypted: its key is another one, "
        "or it was moved or damaged"
    )
    assert caught.value.hint == ("name the key file that it was encrypted with: datastore.key_file")


def test_a_missing_key_is_told_before_anything_is_written(tmp_path: Path) -> None:
    store = Datastore(tmp_path / "datastore.json", clock=FakeClock())
    with pytest.raises(RecordError) as caught:
        store.set("system", "a", "b", encrypt=True)
    assert caught.value.message == (
        f"there is no key file {tmp_path}/datastore.key, which secret values of the datastore need"
    )
    assert caught.value.hint == (
        "make one with 'chatops key generate', or name yours: datastore.key_file"
    )
    assert not (tmp_path / "datastore.json").exists()


def test_a_value_that_someone_made_secret_by_hand_is_not_taken_for_one(
    store: Datastore, tmp_path: Path
) -> None:
    document = {"name": "a", "user": "", "value": "plain", "secret": True}
    (tmp_path / "datastore.json").write_text(json.dumps({"system": {"1": document}}))
    with pytest.raises(UndecryptableError):
        store.get("system", "a", decrypt=True)


@pytest.mark.parametrize("expires", ["2026-01-31T08:15:01", "2026-01-31 08:15:01Z"])
def test_a_time_that_someone_wrote_is_read(store: Datastore, tmp_path: Path, expires: str) -> None:
    document = {"name": "a", "value": 1, "expires": expires}
    (tmp_path / "datastore.json").write_text(json.dumps({"system": {"1": document}}))
    found = store.find("system", "a")
    assert found is None or found.expires == START + timedelta(seconds=1)
    (found,) = store.select()
    assert (found.value, found.user) == ("1", "")


def test_a_time_that_is_none_is_told(store: Datastore, tmp_path: Path) -> None:
    document = {"name": "a", "value": "1", "user": "", "expires": "tomorrow"}
    (tmp_path / "datastore.json").write_text(json.dumps({"system": {"1": document}}))
    with pytest.raises(RecordError, match="'expires' of 'a' is no time"):
        store.find("system", "a")
    with pytest.raises(RecordError, match="'expires' of 'a' is no time"):
        store.set("system", "b", "1")


# The key file


def test_a_key_file_is_its_owners_alone_and_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "new" / "my.key"
    generate(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = path.read_bytes()
    with pytest.raises(RecordError, match="is there already"):
        generate(path)
    assert path.read_bytes() == before
    assert [each.name for each in path.parent.iterdir()] == ["my.key"]
    assert repr(read_key(path)) == "OwnKey()"


def test_a_key_that_can_not_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RecordError, match=r"the key file .* cannot be written"):
        generate(tmp_path / "file" / "key")


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("", id="empty"),
        pytest.param("[]", id="no object"),
        pytest.param('{"kind": "chatops-datastore-key-1"}', id="no key"),
        pytest.param('{"kind": "chatops-datastore-key-1", "key": "QUJD"}', id="short key"),
        pytest.param('{"kind": "chatops-datastore-key-1", "key": "?"}', id="no base64"),
        pytest.param('{"kind": "chatops-datastore-key-1", "key": 5}', id="a number"),
        pytest.param(json.dumps({**STACKSTORM, "mode": "ECB"}), id="another mode"),
        pytest.param(json.dumps({**STACKSTORM, "hmacKey": "x"}), id="no signing key"),
        pytest.param(json.dumps({**STACKSTORM, "aesKeyString": "QUJD"}), id="short AES key"),
        pytest.param("[" * 100_000, id="nested"),
    ],
)
def test_a_file_that_is_no_key_is_told(tmp_path: Path, content: str) -> None:
    path = tmp_path / "my.key"
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(RecordError, match=f"the key file {path} holds no key"):
        read_key(path)


def test_a_key_that_others_may_use_is_none(tmp_path: Path) -> None:
    path = tmp_path / "my.key"
    generate(path)
    for mode in (0o604, 0o620, 0o602):
        path.chmod(mode)
        with pytest.raises(RecordError) as caught:
            read_key(path)
        assert caught.value.hint == f"chmod 600 {path}"
    path.chmod(0o640)
    assert isinstance(read_key(path), OwnKey)
    with pytest.raises(RecordError, match="is no file"):
        read_key(tmp_path)


# StackStorm's own


def stackstorm_key(tmp_path: Path) -> StackStormKey:
    path = tmp_path / "stackstorm.json"
    path.write_text(json.dumps(STACKSTORM))
    path.chmod(0o640)
    key = read_key(path)
    assert isinstance(key, StackStormKey)
    assert repr(key) == "StackStormKey()"
    return key


def test_values_that_stackstorm_has_encrypted_are_read(tmp_path: Path) -> None:
    """Built here by its published form, from the primitives."""
    import hashlib
    import hmac

    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    key = stackstorm_key(tmp_path)
    vector = bytes(range(16))
    encryptor = Cipher(algorithms.AES(key.aes), modes.CBC(vector)).encryptor()
    sealed = encryptor.update(b"secret value\4\4\4\4") + encryptor.finalize()
    message = b"\0abcd" + vector + sealed
    text = (message + hmac.new(key.hmac, message, hashlib.sha1).digest()).hex().upper()
    assert decrypt(text, key, ("system", "", "x")) == "secret value"
    for damaged in (text[:-1] + ("0" if text[-1] != "0" else "1"), text[:80], "xyz", "", text[2:]):
        with pytest.raises(UndecryptableError):
            decrypt(damaged, key, ("system", "", "x"))


@given(
    value=st.text(),
    stackstorm=st.booleans(),
    place=st.tuples(st.sampled_from(Scope), st.text(), st.text()),
)
def test_what_is_encrypted_is_decrypted_again(
    value: str, stackstorm: bool, place: tuple[str, str, str]
) -> None:
    key = StackStormKey(aes=b"a" * 32, hmac=b"h" * 32) if stackstorm else OwnKey(secret=b"k" * 32)
    text = encrypt(value, key, place)
    assert decrypt(text, key, place) == value
    assert encrypt(value, key, place) != text, "two of one value can't be told from each other"


@given(text=st.text(), stackstorm=st.booleans(), prefixed=st.booleans())
def test_any_text_is_either_decrypted_or_told(text: str, stackstorm: bool, prefixed: bool) -> None:
    key = StackStormKey(aes=b"a" * 32, hmac=b"h" * 32) if stackstorm else OwnKey(secret=b"k" * 32)
    with pytest.raises(UndecryptableError):
        decrypt(PREFIX + text if prefixed else text, key, ("system", "", "a"))


WITHOUT = """
    import sys
    from pathlib import Path
    from chatops_cli.errors import ChatOpsError
    from chatops_cli.records.datastore import Datastore
    from chatops_cli.records.key_file import OwnKey, StackStormKey, generate
    from chatops_cli.records.cipher import decrypt, encrypt
    from tests.support.clock import FakeClock

    sys.modules["cryptography"] = None
    home = Path(sys.argv[1])
    generate(home / "datastore.key")
    store = Datastore(home / "datastore.json", clock=FakeClock())
    print(store.set("system", "plain", "1").value)
    place = ("system", "", "x")
    stackstorm = StackStormKey(aes=b"a" * 32, hmac=b"h" * 32)
    for attempt in (
        lambda: store.set("system", "secret", "2", encrypt=True),
        lambda: encrypt("x", stackstorm, place),
        lambda: decrypt("chatops:1:" + "AAAA" * 20, OwnKey(secret=b"k" * 32), place),
    ):
        try:
            attempt()
        except ChatOpsError as error:
            print(error.message, "|", error.hint)
"""


def test_without_the_library_only_secrets_do_not_work(tmp_path: Path) -> None:
    told = (
        "secret values of the datastore need the library cryptography"
        " | pip install 'chatops-cli[crypto]'"
    )
    assert run_python(WITHOUT, str(tmp_path)) == ["1", told, told, told]
