"""A picture that a request names, for tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from plateward.field.reads.store import ReadKey
from plateward.people.permissions import Permission
from plateward.people.testing import person
from plateward.recognition.covering.testing import jpeg, scene
from plateward.sharing.redaction.signals import redaction_wanted
from plateward.testing.roadside import Photo, enroll_reader

REQUEST = "Records request 3"


def photographed(image: bytes | None = None, reader: str = "redaction-4") -> Photo:
    """A read of an invented street, stored."""
    roadside = enroll_reader(reader, unit=person("ada").unit)
    photo = roadside.photo("ABC123", image=jpeg(scene()) if image is None else image)
    roadside.send(photo)
    return photo


@contextmanager
def wanted(photo: Photo) -> Iterator[None]:
    """A request of records names the vehicle's picture meanwhile."""
    key = ReadKey(photo.read.captured_at.date(), photo.read.id)

    def answer(sender: Any, person: Any, read: ReadKey, **_: Any) -> str:  # noqa: ARG001
        named = read == key and Permission.PICTURE_RELEASE in person.permissions
        return REQUEST if named else ""

    redaction_wanted.connect(answer, weak=False)
    try:
        yield
    finally:
        redaction_wanted.disconnect(answer)


def path(photo: Photo, what: str = "/") -> str:
    """The address of its review, or (.jpg) of the picture there."""
    return f"/redaction/{photo.read.captured_at.date()}/{photo.read.id}{what}"


def form_of(covers: list[tuple[int, int, int, int]], *, found: int = 0, **more: Any) -> dict[str, Any]:
    """The review's form: the first `found` boxes are the system's."""
    rows = {
        f"box-{index}-{name}": value
        for index, box in enumerate(covers)
        for name, value in {
            **dict(zip(("x", "y", "width", "height"), box, strict=True)),
            "kind": "plate",
            "found": index if index < found else "",
        }.items()
    }
    counts = {"box-TOTAL_FORMS": len(covers), "box-INITIAL_FORMS": 0}
    return {**counts, **rows, "complete": "on", **more}
