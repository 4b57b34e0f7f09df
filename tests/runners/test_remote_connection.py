"""Who gets in, which hosts are trusted, and what is said where it doesn't work."""

import asyncio
import getpass
import os
import re
import subprocess
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from chatops_cli.errors import RunnerError
from chatops_cli.model.execution import Status
from chatops_cli.model.json import Json
from chatops_cli.runners import remote_shell_cmd
from chatops_cli.runners.contract import Call
from tests.support.calls import make_action, make_call
from tests.support.processes import can_mount
from tests.support.sshd import Server, Servers, free_port, make_key, needs_sshd

pytestmark = [needs_sshd, pytest.mark.server]

RemoteCall = Callable[..., Call]


async def result_of(call: Call) -> dict[str, Json]:
    """The result of the only host."""
    outcome = await remote_shell_cmd.run(call)
    assert isinstance(outcome.result, dict)
    (result,) = outcome.result.values()
    assert isinstance(result, dict)
    assert (outcome.status is Status.SUCCEEDED) is result["succeeded"]
    return result


def bare_call(server: Server | str, **given: Json) -> Call:
    """A call without any credentials."""
    host = server if isinstance(server, str) else server.host
    return make_call(make_action("remote-shell-cmd"), cmd="echo in", hosts=host, **given)


def fingerprint(server: Server) -> str:
    done = subprocess.run(
        ["ssh-keygen", "-l", "-f", server.folder / "host_key.pub"],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split()[1]


def hash_names(file: Path) -> None:
    subprocess.run(["ssh-keygen", "-q", "-H", "-f", file], check=True, capture_output=True)
    assert "127.0.0.1" not in file.read_text()


async def get_in(call: Call) -> None:
    result = await result_of(call)
    assert result["stdout"] == "in", result


# Host keys


async def test_a_host_that_is_not_known_is_refused_with_the_line_to_add(
    first: Server, servers: Servers, home: Path
) -> None:
    call = bare_call(first, private_key=str(servers.key))
    result = await result_of(call)
    file = home / ".ssh" / "known_hosts"
    error, hint = str(result["error"]), str(result["hint"])
    found = re.fullmatch(
        rf"the host key of \[127\.0\.0\.1\]:{first.port} is not known: ssh-ed25519 "
        r"(SHA256:[\w+/]{43})",
        error,
    )
    assert found is not None, error
    assert found[1] == fingerprint(first)
    before, line = hint.split(f"add this line to {file}: ")
    assert before == "if that is its fingerprint, "
    assert not file.exists()
    file.write_text(line)
    await get_in(call)


async def test_a_changed_key_is_refused_under_any_policy(
    first: Server, second: Server, servers: Servers, home: Path
) -> None:
    other = second.known.replace(str(second.port), str(first.port))
    file = home / ".ssh" / "known_hosts"
    file.write_text(other)
    for policy in ("strict", "accept-new"):
        call = bare_call(first, private_key=str(servers.key), host_key_policy=policy)
        result = await result_of(call)
        assert str(result["error"]).startswith(
            f"the host key of [127.0.0.1]:{first.port} has changed, or another machine answers in "
            "its place: it is ssh-ed25519 SHA256:"
        )
        assert result["hint"] == (
            f"if the change is meant: ssh-keygen -R '[127.0.0.1]:{first.port}' -f {file}, and add "
            "the new key"
        )
    assert file.read_text() == other


async def test_a_key_of_another_kind_is_a_change(
    first: Server, servers: Servers, home: Path
) -> None:
    make_key(home / "rsa", kind="rsa")
    key = (home / "rsa.pub").read_text()
    (home / ".ssh" / "known_hosts").write_text(f"[127.0.0.1]:{first.port} {key}")
    result = await result_of(bare_call(first, private_key=str(servers.key)))
    assert "has changed" in str(result["error"])
    assert "it is ssh-ed25519 SHA256:" in str(result["error"])


async def test_a_new_key_is_accepted_once_and_checked_from_then_on(
    first: Server, servers: Servers, home: Path
) -> None:
    (home / ".ssh").rmdir()
    call = bare_call(first, private_key=str(servers.key))
    accepting = bare_call(first, private_key=str(servers.key), host_key_policy="accept-new")
    await get_in(accepting)
    file = home / ".ssh" / "known_hosts"
    assert file.read_text() == first.known.replace(
        f",[localhost]:{first.port},[::1]:{first.port}", ""
    )
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    await get_in(call)
    await get_in(accepting)
    assert file.read_text().count("\n") == 1


async def test_a_new_key_goes_on_a_line_of_its_own(
    first: Server, servers: Servers, home: Path
) -> None:
    file = home / ".ssh" / "known_hosts"
    file.write_text("# mine")
    await get_in(bare_call(first, private_key=str(servers.key), host_key_policy="accept-new"))
    assert file.read_text().startswith("# mine\n[127.0.0.1]")


async def test_a_new_key_is_not_kept_of_a_host_that_refuses_the_login(
    first: Server, home: Path
) -> None:
    make_key(home / "key")
    call = bare_call(first, private_key=str(home / "key"), host_key_policy="accept-new")
    assert "was refused" in str((await result_of(call))["error"])
    assert not (home / ".ssh" / "known_hosts").exists()


async def test_a_new_key_that_can_not_be_kept_is_not_accepted(
    first: Server, servers: Servers, home: Path
) -> None:
    (home / ".ssh").rmdir()
    (home / ".ssh").write_text("")
    call = bare_call(first, private_key=str(servers.key), host_key_policy="accept-new")
    with pytest.raises(RunnerError, match="known_hosts can't be read: Not a directory"):
        await remote_shell_cmd.run(call)
    (home / ".ssh").unlink()
    (home / ".ssh").symlink_to("/proc/self")
    result = await result_of(call)
    assert f"can't be written to {home}/.ssh/known_hosts: " in str(result["error"])


async def test_the_key_of_an_address_is_not_trusted_for_a_name(
    first: Server, servers: Servers, home: Path
) -> None:
    known = first.known.replace(f",[localhost]:{first.port},[::1]:{first.port}", "")
    (home / ".ssh" / "known_hosts").write_text(known)
    call = bare_call(replace(first), private_key=str(servers.key))
    await get_in(call)
    named = {**call.runner_parameters, "hosts": f"localhost:{first.port}"}
    result = await result_of(replace(call, runner_parameters=named))
    assert f"the host key of [localhost]:{first.port} is not known" in str(result["error"])


async def test_hashed_names_authorities_and_revoked_keys(
    servers: Servers, first: Server, home: Path
) -> None:
    file = home / ".ssh" / "known_hosts"
    call = bare_call(first, private_key=str(servers.key))
    file.write_text(first.known)
    hash_names(file)
    await get_in(call)
    kind, key = first.known.split()[1:]
    file.write_text(f"{first.known}@revoked * {kind} {key}\n")
    assert "is refused: Host key is revoked" in str((await result_of(call))["error"])


async def test_a_key_that_an_authority_has_signed_is_trusted(servers: Servers, home: Path) -> None:
    make_key(home / "authority")
    certificate = servers.folder / f"server{len(servers.running)}" / "host_key-cert.pub"
    server = servers.start(more="", certified_by=home / "authority")
    assert certificate.exists()
    key = (home / "authority.pub").read_text()
    call = bare_call(server, private_key=str(servers.key))
    (home / ".ssh" / "known_hosts").write_text(f"@cert-authority * {key}")
    await get_in(call)
    make_key(home / "another")
    key = (home / "another.pub").read_text()
    (home / ".ssh" / "known_hosts").write_text(f"@cert-authority * {key}")
    assert "Host CA key is not trusted" in str((await result_of(call))["error"])


async def test_a_known_hosts_file_that_is_wrong_is_named_with_the_line(
    first: Server, home: Path
) -> None:
    file = home / ".ssh" / "known_hosts"
    file.write_text("# fine\n@trusted * ssh-ed25519 AAAA\n")
    with pytest.raises(RunnerError) as caught:
        await remote_shell_cmd.run(bare_call(first))
    assert caught.value.message == f"{file}:2: Invalid known hosts marker: trusted"


# Logins


@pytest.mark.parametrize("how", ["content", "path", "encrypted", "own", "agent"])
async def test_keys_open(
    how: str, first: Server, servers: Servers, known: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = servers.key.read_text()
    home = known.parents[1]
    match how:
        case "content":
            await get_in(bare_call(first, private_key=key.strip(), username=getpass.getuser()))
        case "path":
            (home / "mine").write_text(key)
            await get_in(bare_call(first, private_key="~/mine"))
        case "encrypted":
            file = encrypt(servers.key, home / "locked", "open sesame")
            await get_in(bare_call(first, private_key=str(file), passphrase="open sesame"))
        case "own":
            (home / ".ssh" / "id_ed25519").write_text(key)
            await get_in(bare_call(first))
        case _:
            with agent(servers.key, home) as socket:
                monkeypatch.setenv("SSH_AUTH_SOCK", socket)
                await get_in(bare_call(first))


class agent:  # noqa: N801  # reads as what it starts
    """An SSH agent that holds one key."""

    def __init__(self, key: Path, folder: Path) -> None:
        self._key, self._socket = key, str(folder / "agent")

    def __enter__(self) -> str:
        self._process = subprocess.Popen(
            ["ssh-agent", "-D", "-a", self._socket], stdout=subprocess.DEVNULL
        )
        while not Path(self._socket).exists():
            assert self._process.poll() is None
        subprocess.run(
            ["ssh-add", "-q", self._key],
            check=True, env={**os.environ, "SSH_AUTH_SOCK": self._socket},
        )  # fmt: skip
        return self._socket

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()


def encrypt(key: Path, to: Path, passphrase: str) -> Path:
    to.write_text(key.read_text())
    to.chmod(0o600)
    subprocess.run(
        ["ssh-keygen", "-q", "-p", "-a", "1", "-P", "", "-N", passphrase, "-f", to],
        check=True, capture_output=True,
    )  # fmt: skip
    return to


async def test_a_key_that_does_not_fit(first: Server, known: Path) -> None:
    key = known.parents[1] / "key"
    make_key(key)
    result = await result_of(bare_call(first, private_key=str(key), username="nobody-here"))
    assert (result["return_code"], result["error"], result["hint"]) == (
        255,
        f"can't connect to [127.0.0.1]:{first.port}: the login of nobody-here was refused",
        "the given key did not open it; is `username` right?",
    )


@pytest.mark.usefixtures("known")
async def test_without_anything_that_opens(first: Server) -> None:
    assert (await result_of(bare_call(first)))["hint"] == (
        "it takes none of the keys of the SSH agent and of ~/.ssh; give a `private_key` or a "
        "`password`"
    )


async def test_own_keys_that_are_encrypted(first: Server, servers: Servers, known: Path) -> None:
    """Without a passphrase they are passed over; with it they open; a wrong one is told."""
    encrypt(servers.key, known.parent / "id_ed25519", "open sesame")
    assert "was refused" in str((await result_of(bare_call(first)))["error"])
    await get_in(bare_call(first, passphrase="open sesame"))
    result = await result_of(bare_call(first, passphrase="wrong", username="bob"))
    assert str(result["error"]).startswith(f"can't log in to [127.0.0.1]:{first.port} as 'bob': ")
    assert result["hint"] == "is the `passphrase` that of the keys in ~/.ssh?"


@pytest.mark.usefixtures("known")
async def test_a_name_that_nobody_can_have(first: Server, servers: Servers) -> None:
    result = await result_of(bare_call(first, private_key=str(servers.key), username="a\nb"))
    assert "as 'a\\nb': " in str(result["error"])


@pytest.mark.parametrize(
    ("key", "passphrase", "expected"),
    [
        ("LOCKED", None, "the private key LOCKED is encrypted"),
        ("LOCKED", "wrong", "the private key LOCKED is not opened by the given passphrase"),
        ("/no/such/key", None, "the private key /no/such/key can't be read: No such file"),
        ("secret\nsecret", None, "private_key is neither the path of a file nor a private key"),
        ("-----BEGIN OPENSSH PRIVATE KEY-----\nbroken", None, "the given private_key can't be"),
    ],
    ids=["encrypted", "wrong passphrase", "no file", "neither", "broken"],
)  # fmt: skip
async def test_a_key_that_is_none(
    key: str, passphrase: str | None, expected: str, servers: Servers, home: Path
) -> None:
    locked = str(encrypt(servers.key, home / "locked", "open sesame"))
    with pytest.raises(RunnerError) as caught:
        await remote_shell_cmd.run(
            bare_call("web1", private_key=key.replace("LOCKED", locked), passphrase=passphrase)
        )
    assert caught.value.message.startswith(expected.replace("LOCKED", locked))


@pytest.fixture(scope="session")
def with_accounts(servers: Servers) -> Server:
    if not can_mount():
        pytest.skip("an account for one server needs root and a mount namespace of its own")
    return servers.start(accounts={"bob": "pass wörd"})


async def test_a_password_opens(with_accounts: Server, home: Path) -> None:
    (home / ".ssh" / "known_hosts").write_text(with_accounts.known)
    await get_in(bare_call(with_accounts, username="bob", password="pass wörd"))
    result = await result_of(bare_call(with_accounts, username="bob", password="wrong"))
    assert result["error"] == (
        f"can't connect to [127.0.0.1]:{with_accounts.port}: the login of bob was refused"
    )
    assert result["hint"] == "the given password did not open it; is `username` right?"


# Ways


async def test_a_bastion_is_the_way(ssh: RemoteCall, first: Server, second: Server) -> None:
    before = first.log.count("Accepted publickey")
    call = ssh("echo $SSH_CONNECTION", second, first)
    given = {**call.runner_parameters, "hosts": second.host, "bastion_host": first.host}
    result = await result_of(replace(call, runner_parameters=given))
    assert str(result["stdout"]).endswith(f"127.0.0.1 {second.port}")
    assert first.log.count("Accepted publickey") == before + 1


async def test_one_connection_to_the_bastion_serves_all_hosts(
    ssh: RemoteCall, first: Server, second: Server, single: Server
) -> None:
    before = single.log.count("Accepted publickey")
    call = ssh("echo in", first, second, single, parallel=True, bastion_host=single.host)
    given = {**call.runner_parameters, "hosts": f"{first.host},{second.host}"}
    outcome = await remote_shell_cmd.run(replace(call, runner_parameters=given))
    assert outcome.status is Status.SUCCEEDED
    assert single.log.count("Accepted publickey") == before + 1


async def test_a_bastion_that_does_not_answer_is_told_for_each_host(
    ssh: RemoteCall, first: Server, second: Server
) -> None:
    closed = free_port()
    call = ssh("echo in", first, second, bastion_host=f"127.0.0.1:{closed}")
    outcome = await remote_shell_cmd.run(call)
    assert isinstance(outcome.result, dict)
    assert len(outcome.result) == 2
    for result in outcome.result.values():
        assert isinstance(result, dict)
        assert result["error"] == (
            f"bastion_host: can't connect to [127.0.0.1]:{closed}: nothing answers at that port"
        )


async def test_a_host_that_the_bastion_does_not_reach(ssh: RemoteCall, first: Server) -> None:
    closed = free_port()
    call = ssh("echo in", f"127.0.0.1:{closed}", first, bastion_host=first.host)
    given = {**call.runner_parameters, "hosts": f"127.0.0.1:{closed}"}
    result = await result_of(replace(call, runner_parameters=given))
    assert str(result["error"]).startswith(f"can't connect to [127.0.0.1]:{closed}: ")


@pytest.fixture
async def silent() -> AsyncIterator[str]:
    """Something that takes connections and says nothing."""

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(-1)
        writer.close()

    server = await asyncio.start_server(listen, "127.0.0.1", 0)
    yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    server.close()


async def test_who_says_nothing_is_given_up_at_the_time_limit(
    ssh: RemoteCall, first: Server, silent: str
) -> None:
    outcome = await remote_shell_cmd.run(ssh("echo in", silent, timeout=0.3))
    assert outcome.status is Status.TIMEOUT
    assert isinstance(outcome.result, dict)
    (result,) = outcome.result.values()
    assert isinstance(result, dict)
    assert result["error"] == "timed out after 0.3 s, before anything was run"
    result = await result_of(ssh("echo in", first, bastion_host=silent, timeout=0.3))
    assert result["error"] == f"bastion_host: no connection to {address(silent)} within 0.3 s"


def address(host: str) -> str:
    name, port = host.split(":")
    return f"[{name}]:{port}"


async def test_who_is_no_ssh_server_is_told(ssh: RemoteCall) -> None:
    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        result = await result_of(ssh("echo in", f"127.0.0.1:{port}"))
    assert str(result["error"]).startswith(f"can't connect to [127.0.0.1]:{port}: ")
    assert result["return_code"] == 255
