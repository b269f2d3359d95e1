"""Reads as the rows of a page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse

from plateward.policy.trace import enforces
from plateward.reads.pages.listed import listed_token
from plateward.reads.queries import ReadSummary
from plateward.searches.actions import AllowedSearch
from plateward.searches.records import vehicle_digest
from plateward.searches.results.masking import PlateText, masked_plate, open_plate


@dataclass(frozen=True)
class ResultRow:
    """A read on a page. `pictures`: the addresses of vehicle and plate, or none while the plate is masked; `unmask_url`
    only then."""

    read: ReadSummary
    plate: PlateText
    url: str
    pictures: tuple[str, str] | None = None
    unmask_url: str = ""

    @property
    def vehicle(self) -> str:
        """What is known of it besides the plate: "white Ford truck"."""
        return " ".join(
            filter(None, (self.read.color, self.read.make and self.read.make.title(), self.read.kind))
        )


@enforces("6.e.iii")
def plate_text(allowed: AllowedSearch, plate: str) -> PlateText:
    """The plate as this search may show it."""
    if allowed.masked:
        digest = vehicle_digest(plate)
        if digest not in allowed.unmasked:
            return masked_plate(allowed.search.pk, digest)
    return open_plate(plate, allowed.queries)


def plate_texts(allowed: AllowedSearch, reads: Iterable[ReadSummary]) -> dict[str, PlateText]:
    """Each plate of these reads, as this search may show it."""
    return {plate: plate_text(allowed, plate) for plate in {read.plate for read in reads}}


def result_rows(allowed: AllowedSearch, reads: Sequence[ReadSummary]) -> list[ResultRow]:
    """The reads as this search may show them."""
    plates = plate_texts(allowed, reads)
    return [_row(allowed, read, plates[read.plate]) for read in reads]


def _row(allowed: AllowedSearch, read: ReadSummary, plate: PlateText) -> ResultRow:
    arguments = {"pk": allowed.search.pk, "day": read.captured_at.date(), "read": read.id}
    url = reverse("results:read", kwargs=arguments)
    if plate.masked:
        return ResultRow(read, plate, url, unmask_url=reverse("results:unmask", kwargs=arguments))
    token = listed_token(f"search:{allowed.search.pk}", str(read.id))
    vehicle, crop = (
        f"{reverse('results:image', kwargs=arguments | {'which': which})}?listed={token}"
        for which in ("context", "plate")
    )
    return ResultRow(read, plate, url, (vehicle, crop))


def read_ids(rows: Sequence[ResultRow]) -> list[str]:
    """Of the reads whose pictures these rows have, for the log."""
    return [str(row.read.id) for row in rows if row.pictures]
