"""Fetches a list's newest file from an SFTP server whose host key the administrator pinned.

Imported only for a feed from such a server: its library takes a sixth of all that a hub loads at start."""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from queue import Full, Queue

import asyncssh

from plateward.ground.links.fetching import FetchError
from plateward.ground.policy.trace import enforces

BLOCK = 256 * 1024  # bytes
CONNECT_S, WHOLE_S = 20, 900
MOST_NAMES, LONGEST_NAME = 5000, 200
WAITING = 16  # blocks


@dataclass(frozen=True)
class SftpServer:
    """Address, user, and host key (a line as in `known_hosts` without its names, e.g. ssh-ed25519 AAAA…). `secret`: a
    password, or a private key in OpenSSH or PEM form without a passphrase."""

    host: str
    port: int
    user: str
    host_key: str
    secret: str = field(repr=False)

    @property
    def by_key(self) -> bool:
        """Whether the secret is a private key."""
        return "PRIVATE KEY-----" in self.secret


def public_key(text: str) -> str:
    """A host key's fingerprint, as SSH clients show it. Raises FetchError."""
    try:
        return str(asyncssh.import_public_key(text.strip()).get_fingerprint())
    except (asyncssh.KeyImportError, ValueError) as error:
        raise FetchError(
            "This is not a server's public key. It is one line such as ssh-ed25519 AAAA…; get it from the "
            "server's administrator."
        ) from error


def private_key(text: str) -> None:
    """Raise FetchError unless this is a usable private key."""
    try:
        asyncssh.import_private_key(text)
    except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError, ValueError) as error:
        raise FetchError(
            "This private key cannot be read or needs a passphrase. Use one without a passphrase."
        ) from error


@enforces("5.h/import", "6.i.ii/devices", "SC-8/systems")
def newest_file(server: SftpServer, folder: str, pattern: str, most: int) -> tuple[str, int, Iterator[bytes]]:
    """Name, size and content of the newest matching file, fetched on demand. Raises FetchError, here or while the
    content is read."""
    come: Queue[object] = Queue(WAITING)
    stop = threading.Event()

    def give(item: object) -> None:
        while not stop.is_set():
            with contextlib.suppress(Full):
                come.put(item, timeout=0.2)
                return
        raise FetchError("The rest of the file is not wanted.")

    def fetch() -> None:
        end: object = None
        try:
            asyncio.run(_send_newest(server, folder, pattern, most, give))
        except Exception as error:
            end = _fetch_error(server, error)
        with contextlib.suppress(FetchError):
            give(end)

    # In a separate thread: the caller writes the content to a database, which no event loop may do.
    threading.Thread(target=fetch, name="sftp", daemon=True).start()
    first = come.get()
    if not isinstance(first, tuple):
        raise first if isinstance(first, Exception) else FetchError("The server sent nothing.")
    return *first, _content(come, stop)


def _content(come: "Queue[object]", stop: threading.Event) -> Iterator[bytes]:
    try:
        while (item := come.get()) is not None:
            if isinstance(item, Exception):
                raise item
            yield item  # type: ignore[misc]  # bytes, as _newest gives them
    finally:
        stop.set()


def _fetch_error(server: SftpServer, error: Exception) -> FetchError:
    if isinstance(error, FetchError):
        return error
    if isinstance(error, asyncssh.HostKeyNotVerifiable):
        return FetchError(
            f"{server.host} shows a host key that is not the pinned one: it may be another server. Nothing was "
            "sent. Ask its administrator, and pin the new key only if they changed it."
        )
    if isinstance(error, asyncssh.PermissionDenied):
        return FetchError(f"{server.host} refuses the user {server.user} with this password or key.")
    if isinstance(error, TimeoutError):
        return FetchError(f"{server.host} did not send the file within {WHOLE_S / 60:.0f} minutes.")
    said = "".join(character if character.isprintable() else " " for character in str(error))
    reason = said[:120] or type(error).__name__
    return FetchError(f"{server.host} could not be reached or disconnected: {reason}.")


async def _send_newest(
    server: SftpServer, folder: str, pattern: str, most: int, give: Callable[[object], None]
) -> None:
    pinned = asyncssh.import_public_key(server.host_key.strip())
    secret: dict[str, object] = (
        {"client_keys": [asyncssh.import_private_key(server.secret)], "password": None}
        if server.by_key
        else {"client_keys": None, "password": server.secret}
    )
    connection = await asyncssh.connect(
        server.host,
        server.port,
        username=server.user,
        known_hosts=([pinned], [], []),
        config=None,
        agent_path=None,
        connect_timeout=CONNECT_S,
        login_timeout=CONNECT_S,
        **secret,
    )
    # It ends by being cut: whatever closes a file, a listing or the connection in order waits for the server's answer,
    # for as long as the server likes.
    end = asyncio.get_running_loop().call_later(WHOLE_S, connection.abort)
    try:
        async with asyncio.timeout(WHOLE_S):
            await _send_file(await connection.start_sftp_client(), folder, pattern, most, give)
    finally:
        end.cancel()
        connection.abort()
        await connection.wait_closed()


async def _send_file(
    sftp: asyncssh.SFTPClient, folder: str, pattern: str, most: int, give: Callable[[object], None]
) -> None:
    name, path, size, changed = await _find_newest(sftp, folder, pattern)
    if size > most:
        raise FetchError(f"{name} is larger than {most // 1024 // 1024} MiB, and was not fetched.")
    give((name, size))
    file = await sftp.open(path, "rb")
    size_read = 0
    while block := await file.read(BLOCK):
        size_read += len(block)
        if size_read > most:
            raise FetchError(f"{name} is larger than {most // 1024 // 1024} MiB, and was not fetched.")
        give(block)
    after = await sftp.stat(path)
    if (after.size, after.mtime) != (size, changed) or size_read != size:
        raise FetchError(f"{name} changed while it was fetched; retrying.")


async def _find_newest(
    sftp: asyncssh.SFTPClient, folder: str, pattern: str
) -> tuple[str, str, int, int | None]:
    """Name, path, size and time of the newest file."""
    files: list[tuple[int, str, int]] = []
    count = 0
    async for entry in sftp.scandir(folder or "."):
        count += 1
        if count > MOST_NAMES:
            raise FetchError(
                f"{folder or '.'} has more than {MOST_NAMES} files. Use a separate folder for the list."
            )
        name, about = str(entry.filename), entry.attrs
        plain = name.isprintable() and "/" not in name and len(name) <= LONGEST_NAME
        if plain and fnmatchcase(name, pattern) and about.type == asyncssh.FILEXFER_TYPE_REGULAR:
            files.append((about.mtime or 0, name, about.size or 0))
    if not files:
        raise FetchError(f"There is no file {pattern} in {folder or '.'}.")
    changed, name, size = max(files)
    return name, f"{folder.rstrip('/')}/{name}" if folder else name, size, changed
