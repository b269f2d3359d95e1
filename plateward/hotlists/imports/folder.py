"""The newest file of a list in a folder on the hub, below the site's root folder for feeds."""

import os
import stat
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

from plateward.links.fetching import FetchError

BLOCK = 1024 * 1024


def folder_below(root: Path, folder: str) -> Path:
    """The folder, if it is below the root. Raises FetchError: no feed reads elsewhere on the hub."""
    path = (root / folder).resolve()
    if not path.is_relative_to(root.resolve()):
        raise FetchError(f"{folder} is not under {root}, the folder for feeds (PLATEWARD_FEEDS).")
    if not path.is_dir():
        raise FetchError(f"There is no folder {path}.")
    return path


def newest_file(root: Path, folder: str, pattern: str, most: int) -> tuple[str, int, Iterator[bytes]]:
    """Name, size and content of the newest matching file. Does not follow links. Raises FetchError."""
    place = folder_below(root, folder)
    try:
        files = [
            (about.st_mtime_ns, entry.name, about.st_size)
            for entry in os.scandir(place)
            if fnmatchcase(entry.name, pattern)
            and stat.S_ISREG((about := entry.stat(follow_symlinks=False)).st_mode)
        ]
    except OSError as error:
        raise FetchError(f"{place} cannot be read: {error.strerror}.") from error
    if not files:
        raise FetchError(f"There is no file {pattern} in {place}.")
    changed, name, size = max(files)
    if size > most:
        raise FetchError(f"{name} is larger than {most // 1024 // 1024} MiB, and was not read.")
    return name, size, _blocks(place / name, changed, size)


def _blocks(path: Path, changed: int, size: int) -> Iterator[bytes]:
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
            size_read = 0
            while block := file.read(BLOCK):
                size_read += len(block)
                yield block
            after = os.fstat(file.fileno())
    except OSError as error:
        raise FetchError(f"{path} cannot be read: {error.strerror}.") from error
    if (after.st_mtime_ns, size_read) != (changed, size):
        raise FetchError(f"{path.name} was changed while being read; it will be retried.")
