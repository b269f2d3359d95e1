"""The bag in a package (RFC 8493): its files are those of its manifests, no more and no fewer. Needs no Django."""

from collections.abc import Callable, Iterator
from hashlib import sha256

from plateward.evidence.verify.container import Container, NotAPackage
from plateward.evidence.verify.findings import Finding, State
from plateward.evidence.verify.layout import (
    BAG_INFO,
    BAGIT,
    BAGIT_TEXT,
    MANIFEST,
    SIGNATURE,
    TAG_MANIFEST,
    TIMESTAMP,
    WAITING,
    parse_manifest,
)
from plateward.policy.trace import enforces

TAGS = {BAGIT, BAG_INFO, MANIFEST}


def bag_name(container: Container) -> str:
    """The folder of the bag: the only one. Raises NotAPackage."""
    folders = {name.split("/", 1)[0] for name in container.files if "/" in name}
    beside = {name for name in container.files if "/" not in name}
    if strange := sorted(beside - {SIGNATURE, TIMESTAMP, WAITING}):
        raise NotAPackage(f"{strange[0]} was added: it belongs to no package.")
    if len(folders) != 1:
        raise NotAPackage("it does not hold one bag (RFC 8493).")
    return folders.pop()


@enforces("6.j.i")
def check_bag(container: Container, name: str, progress: Callable[[int], None]) -> Iterator[Finding]:
    """Each file that was altered, added or removed, by its name."""
    inside = {path.removeprefix(f"{name}/") for path in container.files if path.startswith(f"{name}/")}
    digests: dict[str, str] = {}
    for manifest in (TAG_MANIFEST, MANIFEST):
        if manifest not in inside:
            yield Finding("bag", State.WRONG, f"{manifest} was removed")
            return
        try:
            listed = parse_manifest(container.read(f"{name}/{manifest}"))
        except (ValueError, NotAPackage) as error:
            yield Finding("bag", State.WRONG, f"{manifest} was altered: {error}")
            continue
        if manifest == TAG_MANIFEST and listed.keys() != TAGS:
            yield Finding("bag", State.WRONG, f"{manifest} was altered: it lists other files than a bag has")
        digests |= listed
    wrong = 0
    for finding in _compare(container, name, inside, digests, progress):
        wrong += 1
        yield finding
    if digests.get(BAGIT) != sha256(BAGIT_TEXT).hexdigest():
        wrong += 1
        yield Finding("bag", State.WRONG, f"{BAGIT} was altered: it is not of a bag of version 1.0")
    if not wrong:
        yield Finding("bag", State.OK, f"its {len(digests)} files are those of its manifests, byte for byte")


def _compare(
    container: Container,
    name: str,
    inside: set[str],
    digests: dict[str, str],
    progress: Callable[[int], None],
) -> Iterator[Finding]:
    for path in sorted(inside - digests.keys() - {TAG_MANIFEST}):
        yield Finding("bag", State.WRONG, f"{path} was added: no manifest lists it")
    for path in sorted(digests.keys() - inside):
        yield Finding("bag", State.WRONG, f"{path} was removed: the manifest lists it")
    for path in sorted(digests.keys() & inside):
        try:
            digest = container.sha256(f"{name}/{path}", progress)
        except NotAPackage as error:
            yield Finding("bag", State.WRONG, str(error).rstrip("."))
            continue
        if digest != digests[path]:
            yield Finding(
                "bag", State.WRONG, f"{path} was altered: its SHA-256 is {digest}, listed is {digests[path]}"
            )
