"""Files that only their owner may read, written whole or not at all."""

import os
import secrets
import stat
from collections.abc import Iterable
from pathlib import Path

from plateward.ground.errors import PlatewardError
from plateward.ground.policy.trace import enforces


class UnsafeFile(PlatewardError):
    """Others than the owner could read or change a secret file, so it is not used."""


def private_directory(path: Path) -> Path:
    """Make `path` (0700, parents too) if absent, and check it if present."""
    if not os.path.lexists(path):
        private_parent = path.parent
        if not os.path.lexists(private_parent):
            private_directory(private_parent)
        try:
            path.mkdir(mode=0o700)
            sync_directory(private_parent)
        except FileExistsError:  # another process was faster
            pass
    _require_private(path, path.lstat(), directory=True)
    return path


def write_once(path: Path, content: bytes) -> bool:
    """Write a file (0600) that appears complete and on disk, or not at all. False if it already existed.

    If several processes try at once, exactly one succeeds; none ever sees a partial file.
    """
    draft = _write_draft(path, content)
    made = True
    try:
        os.link(draft, path)
    except FileExistsError:
        made = False
    finally:
        draft.unlink()
    sync_directory(path.parent)  # even if another process made it, which may have been killed before this
    return made


def replace_file(path: Path, content: bytes | Iterable[bytes]) -> None:
    """Write a file (0600), replacing any existing one; a reader sees the old or the new, whole. `content`: or its
    parts, in order."""
    os.replace(_write_draft(path, content), path)
    sync_directory(path.parent)


@enforces("6.i.i/keys", "MP-6/erased")
def erase_file(path: Path) -> bool:
    """Overwrite a file, then remove it, syncing each to disk. False if there is none.

    Flash media write to other cells than the file's, so the old content may remain where only a laboratory can read it;
    destroying the medium takes care of that.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_NOFOLLOW)
    except FileNotFoundError:
        return False
    _overwrite(descriptor)
    path.unlink()
    sync_directory(path.parent)
    return True


def replace_secret(path: Path, content: bytes | Iterable[bytes]) -> None:
    """As `replace_file`; the old content is overwritten once the new is in place."""
    try:
        old = os.open(path, os.O_WRONLY | os.O_NOFOLLOW)
    except FileNotFoundError:
        old = None
    replace_file(path, content)
    if old is not None:
        _overwrite(old)


def _overwrite(descriptor: int) -> None:
    with os.fdopen(descriptor, "wb") as file:
        file.write(os.urandom(os.fstat(descriptor).st_size))
        file.flush()
        os.fsync(descriptor)


def _write_draft(path: Path, content: bytes | Iterable[bytes]) -> Path:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.writelines([content] if isinstance(content, bytes) else content)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:  # a full disk: a file that does not fit must not fill it further
        draft.unlink()
        raise
    return draft


@enforces("6.i.i/keys")
def read_private(path: Path) -> bytes:
    """A secret file's content. Raises `FileNotFoundError`, or `UnsafeFile` if others could have read it."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        if path.is_symlink():
            _require_private(path, path.lstat(), directory=False)
        raise
    with os.fdopen(descriptor, "rb") as file:
        _require_private(path, os.fstat(descriptor), directory=False)
        return file.read()


def sync_directory(path: Path) -> None:
    """Sync a directory's names to disk: a created or removed file stays so after a power failure."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _require_private(path: Path, status: os.stat_result, *, directory: bool) -> None:
    kind, mode = ("directory", "700") if directory else ("file", "600")
    right_kind = stat.S_ISDIR(status.st_mode) if directory else stat.S_ISREG(status.st_mode)
    if not right_kind:
        raise UnsafeFile(
            f"{path} is not a plain {kind} (perhaps a symbolic link), and secrets need one (OPR:50 6.i.i). Move "
            f"the {kind} itself here."
        )
    if status.st_uid != os.geteuid():
        raise UnsafeFile(
            f"{path} belongs to user {status.st_uid}, but Plateward runs as user {os.geteuid()} "
            f"(OPR:50 6.i.i). Run it as that user, or: chown {os.geteuid()} {path}"
        )
    if status.st_mode & 0o077:
        raise UnsafeFile(
            f"{path} is open to other users of this machine (mode {stat.S_IMODE(status.st_mode):o}); secrets "
            f"must not be (OPR:50 6.i.i). Fix it: chmod {mode} {path}"
        )
