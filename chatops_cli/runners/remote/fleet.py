"""All hosts of an action, one after another or many at the same time: one result for each."""

import asyncio
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack

import asyncssh

from chatops_cli.errors import RunnerError
from chatops_cli.model.execution import Status
from chatops_cli.runners.contract import Call, Outcome
from chatops_cli.runners.remote.connection import Connector, Tunnel
from chatops_cli.runners.remote.hosts import Host, read_bastion, read_hosts
from chatops_cli.runners.remote.known_hosts import read_known_hosts
from chatops_cli.runners.remote.login import read_login
from chatops_cli.runners.remote.streams import HostStream
from chatops_cli.runners.remote.visit import Result, Task, Visit, fail, visit

CONCURRENCY = 50
"""Hosts at the same time. Source: StackStorm, ssh_runner.max_parallel_actions."""


async def run_everywhere(call: Call, task: Task) -> Outcome:
    """Does `task` on each host of `call`; the result holds one entry for each, in their order.

    Source: StackStorm, remote runner: ``timeout`` if that is what all hosts ended with, ``failed``
    if any failed. **Ours**: a host that can't be reached is one entry, also if it is the only one.

    Raises:
        RunnerError: No host can be visited: of parameters, a key, or a known_hosts file.
    """
    hosts, bastion = read_hosts(call), read_bastion(call)
    login = await read_login(call)
    known = await asyncio.to_thread(read_known_hosts)
    policy = call.runner_parameters.get("host_key_policy")
    connector = Connector(login, known, str(policy))
    async with AsyncExitStack() as stack:
        tunnel: Tunnel = None
        if bastion is not None:
            try:
                async with asyncio.timeout(task.seconds):
                    tunnel = await stack.enter_async_context(connector.open(bastion))
            except (RunnerError, TimeoutError) as error:
                failed = fail(_explain_bastion(bastion, task.seconds, error))
                return _make_outcome(dict.fromkeys((host.label for host in hosts), failed))
        visits = await _visit_all(call, task, hosts, connector, tunnel)
    return _make_outcome(visits)


async def _visit_all(
    call: Call, task: Task, hosts: tuple[Host, ...], connector: Connector, tunnel: Tunnel
) -> dict[str, Visit]:
    is_parallel = call.runner_parameters.get("parallel") is True
    places = asyncio.Semaphore(CONCURRENCY if is_parallel else 1)

    async def visit_one(host: Host) -> Visit:
        def open_connection() -> AbstractAsyncContextManager[asyncssh.SSHClientConnection]:
            return connector.open(host, tunnel)

        async with places:
            if call.on_output is None or len(hosts) == 1:
                return await visit(task, open_connection, call.on_output)
            stream = HostStream(host.label, call.on_output)
            visited = await visit(task, open_connection, stream.feed)
            stream.close()
            return visited

    try:
        async with asyncio.TaskGroup() as group:
            visits = {host.label: group.create_task(visit_one(host)) for host in hosts}
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from None
    return {label: done.result() for label, done in visits.items()}


def _explain_bastion(host: Host, seconds: float, error: Exception) -> RunnerError:
    if isinstance(error, RunnerError):
        return RunnerError(f"bastion_host: {error.message}", hint=error.hint)
    return RunnerError(f"bastion_host: no connection to {host.address} within {seconds:g} s")


def _make_outcome(visits: Mapping[str, Visit]) -> Outcome:
    if all(visited.result["succeeded"] for visited in visits.values()):
        status = Status.SUCCEEDED
    elif all(visited.timed_out for visited in visits.values()):
        status = Status.TIMEOUT
    else:
        status = Status.FAILED
    result: Result = {label: dict(visited.result) for label, visited in visits.items()}
    return Outcome(status=status, result=result)
