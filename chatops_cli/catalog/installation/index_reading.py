"""Indexes read from files and from servers."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from chatops_cli.catalog.installation.index import SIZE_LIMIT, Entry, Index, merge, parse_index
from chatops_cli.errors import InstallError
from chatops_cli.reading.printable import printable

TIME = 30.0
"""Seconds that a server has for an index."""


async def read_indexes(places: Sequence[str]) -> Index:
    """All indexes as one; what can't be read is told in it.

    Args:
        places: Absolute paths, and URLs of http and https.
    """
    found: list[Mapping[str, Entry] | InstallError] = []
    for place in places:
        try:
            data = await _download(place) if "://" in place else _read(Path(place))
            found.append(parse_index(data, origin=place))
        except InstallError as error:
            found.append(error)
    return merge(found)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(SIZE_LIMIT + 1)
    except OSError as error:
        raise InstallError(f"the index {path} can't be read: {error.strerror}") from error
    return _checked(data, str(path))


async def _download(url: str) -> bytes:
    try:
        import aiohttp
    except ImportError as error:
        raise InstallError(
            f"the index {url} can't be read: that needs aiohttp",
            hint="pip install 'chatops-cli[http]'",
        ) from error
    if not url.startswith(("https://", "http://")):
        raise InstallError(f"the index {printable(url)} is neither a path nor a URL of http(s)")
    try:
        async with (
            aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=TIME), trust_env=True
            ) as session,
            session.get(url, max_redirects=5) as answer,
        ):
            answer.raise_for_status()
            data = bytearray()
            async for chunk in answer.content.iter_chunked(65536):
                data += chunk
                if len(data) > SIZE_LIMIT:
                    break
    except (aiohttp.ClientError, TimeoutError, ValueError, OSError) as error:
        why = f"it took longer than {TIME:g} s" if isinstance(error, TimeoutError) else str(error)
        raise InstallError(
            f"the index {printable(url)} can't be read: {printable(why)}",
            hint="packs_index of the settings names the indexes; a git URL needs none",
        ) from error
    return _checked(bytes(data), url)


def _checked(data: bytes, place: str) -> bytes:
    if len(data) > SIZE_LIMIT:
        raise InstallError(f"the index {printable(place)} is larger than {SIZE_LIMIT} bytes")
    return data
