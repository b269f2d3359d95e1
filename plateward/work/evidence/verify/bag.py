"""The bag in a package (RFC 8493): its files are those of its manifests, no more and no fewer. Needs no Django."""

from collections.abc import Callable, Iterator
from hashlib import sha256

from plateward.ground.policy.trace import enforces
from plateward.work.evidence.verify import layout
from plateward.work.evidence.verify.container import Container, NotAPackage
from plateward.work.evidence.verify.findings import PackageFinding, right, wrong

TAGS = {layout.BAGIT, layout.BAG_INFO, layout.MANIFEST}


def bag_name(container: Container) -> str:
    """The folder of the bag: the only one. Raises NotAPackage."""
    folders = {name.split("/", 1)[0] for name in container.files if "/" in name}
    beside = {name for name in container.files if "/" not in name}
    if strange := sorted(beside - {layout.SIGNATURE, layout.TIMESTAMP, layout.WAITING}):
        raise NotAPackage(f"{strange[0]} was added: it belongs to no package.")
    if len(folders) != 1:
        raise NotAPackage("it does not hold one bag (RFC 8493).")
    return folders.pop()


@enforces("6.j.i/proven")
def check_bag(container: Container, name: str, progress: Callable[[int], None]) -> Iterator[PackageFinding]:
    """Each file that was altered, added or removed, by its name."""
    inside = {path.removeprefix(f"{name}/") for path in container.files if path.startswith(f"{name}/")}
    digests: dict[str, str] = {}
    faults: list[str] = []
    for manifest in (layout.TAG_MANIFEST, layout.MANIFEST):
        if manifest not in inside:
            yield wrong("bag", f"{manifest} was removed")
            return
        try:
            listed = layout.parse_manifest(container.read(f"{name}/{manifest}"))
        except (ValueError, NotAPackage) as error:
            faults.append(f"{manifest} was altered: {error}")
            continue
        if manifest == layout.TAG_MANIFEST and listed.keys() != TAGS:
            faults.append(f"{manifest} was altered: it lists other files than a bag has")
        digests |= listed
    faults += _differences(container, name, inside, digests, progress)
    if digests.get(layout.BAGIT) != sha256(layout.BAGIT_TEXT).hexdigest():
        faults.append(f"{layout.BAGIT} was altered: it is not of a bag of version 1.0")
    yield from (wrong("bag", fault) for fault in faults)
    if not faults:
        yield right("bag", f"its {len(digests)} files are those of its manifests, byte for byte")


def _differences(
    container: Container,
    name: str,
    inside: set[str],
    digests: dict[str, str],
    progress: Callable[[int], None],
) -> Iterator[str]:
    for path in sorted(inside - digests.keys() - {layout.TAG_MANIFEST}):
        yield f"{path} was added: no manifest lists it"
    for path in sorted(digests.keys() - inside):
        yield f"{path} was removed: the manifest lists it"
    for path in sorted(digests.keys() & inside):
        try:
            digest = container.sha256(f"{name}/{path}", progress)
        except NotAPackage as error:
            yield str(error).rstrip(".")
            continue
        if digest != digests[path]:
            yield f"{path} was altered: its SHA-256 is {digest}, listed is {digests[path]}"
