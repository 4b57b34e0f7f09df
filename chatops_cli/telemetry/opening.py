"""Whether there are traces, and where they go: the settings, and the standard variables above them.

Source: https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/.
"""

import logging
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from typing import TYPE_CHECKING

from chatops_cli import __version__
from chatops_cli.errors import ChatOpsError, SettingsError
from chatops_cli.model.trace import UNTRACED, Tracer

if TYPE_CHECKING:
    from chatops_cli.settings.telemetry import Telemetry

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
TRACES_ENDPOINT = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"
PROTOCOLS = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
HEADERS = ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "OTEL_EXPORTER_OTLP_HEADERS")
EXPORTER = "OTEL_TRACES_EXPORTER"
DISABLED = "OTEL_SDK_DISABLED"
QUEUE = "OTEL_BSP_MAX_QUEUE_SIZE"
BATCH = "OTEL_BSP_MAX_EXPORT_BATCH_SIZE"
PATH = "/v1/traces"
LOCAL = "http://localhost:4318"
WAITING, AT_ONCE = 2048, 512
"""Spans that may wait, and that are sent at once, where nothing is said.

Source: OpenTelemetry, ``OTEL_BSP_MAX_QUEUE_SIZE``, ``OTEL_BSP_MAX_EXPORT_BATCH_SIZE``.
"""
PACKAGES = ("opentelemetry.sdk", "opentelemetry.exporter.otlp.proto.http")


def open_tracer(
    telemetry: "Telemetry | None",
    *,
    environment: Mapping[str, str],
    follow: Callable[[str], str],
) -> Tracer:
    """What is told of work; whoever gets it closes it. Nothing is loaded where nobody asks.

    Args:
        telemetry: The section of the settings, None where there is none.
        environment: The standard variables, ``OTEL_…``; those of this process.
        follow: What a reference to a secret stands for.

    Raises:
        SettingsError: The packages are missing, or what is said can't be.
    """
    if not is_on(telemetry, environment):
        return UNTRACED
    if not _has_packages():
        who = "telemetry in the settings" if telemetry is not None else _said(environment)
        raise SettingsError(
            f"{who} needs the package opentelemetry-sdk and its OTLP exporter, "
            "which are not installed",
            hint="pip install 'chatops-cli[otel]'",
        )
    _check_protocol(environment)
    endpoint = endpoint_of(telemetry, environment)
    limit, batch = _sizes(environment)
    headers = _headers(telemetry, environment, follow)
    from chatops_cli.telemetry.provider import make_tracer

    # What it says of a collector that is away, it says for each batch; `Losses` says it once.
    logging.getLogger("opentelemetry").setLevel(logging.CRITICAL + 1)
    try:
        return make_tracer(
            telemetry,
            endpoint=endpoint,
            headers=headers,
            sizes=(limit, batch),
            environment=environment,
            version=__version__,
        )
    except ValueError as error:
        # Its words may repeat the value of a variable, and headers are such.
        raise SettingsError(
            "a variable OTEL_… has a value that OpenTelemetry doesn't take",
            hint="see docs/telemetry.md for those that are read",
        ) from error


def is_on(telemetry: "Telemetry | None", environment: Mapping[str, str]) -> bool:
    """Whether there are traces: where settings or environment name a collector, and nobody says no.

    Raises:
        SettingsError: The environment wants an exporter that there isn't.
    """
    if environment.get(DISABLED, "").strip().lower() == "true":
        return False
    if telemetry is not None and not telemetry.traces:
        return False
    exporter = environment.get(EXPORTER, "").strip().lower()
    if exporter == "none":
        return False
    if telemetry is None and not _said(environment):
        return False
    if exporter not in {"", "otlp"}:
        raise SettingsError(f"{EXPORTER} is {exporter!r}", hint="known are otlp and none")
    return True


def endpoint_of(telemetry: "Telemetry | None", environment: Mapping[str, str]) -> str:
    """The URL that traces are sent to.

    Raises:
        SettingsError: The environment names something else.
    """
    from chatops_cli.settings.telemetry import HINT, wrong_in

    for name in (TRACES_ENDPOINT, ENDPOINT):
        url = environment.get(name, "").strip()
        if not url:
            continue
        if wrong := wrong_in(url):
            raise SettingsError(f"{name} {wrong}", hint=HINT)
        return url if name == TRACES_ENDPOINT else _with_path(url)
    return _with_path((telemetry.endpoint if telemetry is not None else "") or LOCAL)


def _said(environment: Mapping[str, str]) -> str:
    """The variable that names a collector; empty where none does."""
    names = (TRACES_ENDPOINT, ENDPOINT)
    return next((name for name in names if environment.get(name, "").strip()), "")


def _with_path(url: str) -> str:
    url = url.rstrip("/")
    return url if url.endswith(PATH) else url + PATH


def _has_packages() -> bool:
    try:
        return all(find_spec(name) is not None for name in PACKAGES)
    except ModuleNotFoundError:
        return False


def _check_protocol(environment: Mapping[str, str]) -> None:
    name = next((name for name in PROTOCOLS if environment.get(name, "").strip()), "")
    if name and environment[name].strip().lower() != "http/protobuf":
        raise SettingsError(
            f"{name} is {environment[name].strip()!r}, and traces are sent as http/protobuf only",
            hint=f"set {name}=http/protobuf, and the endpoint to the port for it (4318)",
        )


def _sizes(environment: Mapping[str, str]) -> tuple[int, int]:
    """How many spans may wait, and how many are sent at once."""
    limit = _count(environment, QUEUE, WAITING)
    batch = _count(environment, BATCH, min(limit, AT_ONCE))
    if limit < batch:
        raise SettingsError(f"{QUEUE} is less than {BATCH}", hint="a batch is part of the queue")
    return limit, batch


def _count(environment: Mapping[str, str], name: str, usual: int) -> int:
    said = environment.get(name, "").strip()
    if not said:
        return usual
    try:
        count = int(said)
    except ValueError:
        count = 0
    if count < 1:
        raise SettingsError(f"{name} is {said!r}, and no count", hint="write a number from 1 on")
    return count


def _headers(
    telemetry: "Telemetry | None", environment: Mapping[str, str], follow: Callable[[str], str]
) -> dict[str, str] | None:
    """Those of the settings, their references followed; None where the environment has some."""
    if telemetry is None or any(environment.get(name, "").strip() for name in HEADERS):
        return None
    headers = {}
    for name, text in telemetry.headers.items():
        try:
            value = follow(text)
        except ChatOpsError as error:
            message = f"telemetry.headers.{name} can't be made: {error.message}"
            raise SettingsError(message, hint=error.hint) from error
        if not name.isascii() or not (name + value).isprintable():
            raise SettingsError(f"telemetry.headers.{name} can't be sent: it has signs in it")
        headers[name] = value
    return headers
