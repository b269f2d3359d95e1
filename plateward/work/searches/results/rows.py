"""Reads as the rows of a page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse

from plateward.field.reads.pages.listed import listed_token
from plateward.field.reads.queries import ReadSummary
from plateward.work.searches.actions import AllowedSearch
from plateward.work.searches.records import vehicle_digest
from plateward.work.searches.results.masking import PlateText, masked_plate, open_plate


@dataclass(frozen=True)
class ResultRow:
    """A read on a page. `picture`: the address of its vehicle's; while the plate is masked it is the covered one, there
    is no `crop` of the plate, and there is an `unmask_url`. An agency without images gets neither."""

    read: ReadSummary
    plate: PlateText
    url: str
    picture: str
    crop: str = ""
    unmask_url: str = ""

    @property
    def rank(self) -> str:
        """The higher, the nearer to what was searched, and of these the newer."""
        return f"{not self.plate.pairs:d} {self.read.captured_at.isoformat()}"

    @property
    def vehicle(self) -> str:
        """What is known of it besides the plate: "white Ford truck"."""
        return " ".join(
            filter(None, (self.read.color, self.read.make and self.read.make.title(), self.read.kind))
        )


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
    token = listed_token(pictures_page(allowed.search.pk, masked=plate.masked), str(read.id))
    vehicle, covered, crop = (
        f"{reverse('results:image', kwargs=arguments | {'which': which})}?listed={token}"
        for which in ("thumbnail", "covered", "plate")
    )
    if not allowed.images:
        vehicle = covered = crop = ""
    if plate.masked:
        return ResultRow(read, plate, url, covered, unmask_url=reverse("results:unmask", kwargs=arguments))
    return ResultRow(read, plate, url, vehicle, crop)


def pictures_page(search: int, *, masked: bool) -> str:
    """The covered pictures of a page, or the others, which one entry names together: who has seen only the covered one
    has not seen the other."""
    return f"search:{search}{' covered' if masked else ''}"
