"""The key file of a day is wrapped by another version of the ring's key, under the lock of their folder.

No copy of a wrapped key stays beside it, killed at any point: a later destruction destroys every one.
"""

import os
from pathlib import Path

from plateward.ground.policy.trace import enforces
from plateward.ground.vault.files import erase_file, read_private, replace_file
from plateward.ground.vault.keyring import KeyRing

CONTEXTS = {"key": "day", "reads": "kept"}  # of the files of a generation


def is_left(file: Path, ring: KeyRing) -> bool:
    """Whether an older version wraps it. False if it was destroyed meanwhile."""
    try:
        content = read_private(file)
    except FileNotFoundError:
        return False
    return bool(content) and not ring.is_current(content)


@enforces("6.i.i/rotation", "6.h.ii/destruction", "MP-6/erased")
def rewrap_file(file: Path, ring: KeyRing) -> None:
    """Unless it was destroyed, or done by another, since.

    1. The old file gets a second name.
    2. The new one takes its place.
    3. The old one is overwritten and unlinked.
    """
    if not is_left(file, ring):
        return
    name, kind = file.name.rsplit(".", 1)
    context = f"{CONTEXTS[kind]} {name}".encode()
    renewed = ring.wrap(ring.unwrap(read_private(file), context), context)
    old = file.with_name(f".{file.name}.old")
    os.link(file, old)
    replace_file(file, renewed)
    erase_file(old)


@enforces("6.i.i/rotation", "MP-6/erased")
def erase_leftovers(directory: Path) -> None:
    """Of a process that was killed; under the lock nobody else has any."""
    for kind in CONTEXTS:
        for path in directory.glob(f".*.{kind}.*"):
            live = path.with_name(path.name[1:].rsplit(".", 1)[0])
            if live.exists() and live.samefile(path):
                path.unlink()  # killed between the first step and the second
            else:
                erase_file(path)
