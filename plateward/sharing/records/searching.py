"""What an attached file says, part by part, and which of its words are plates that the agency knows."""

import io
from collections.abc import Iterator
from dataclasses import dataclass

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from plateward.core.pages.documents import PDF, NotADocument
from plateward.field.hotlists.models import Entry
from plateward.field.reads.store import configured_store
from plateward.field.reads.store.away import store_answers
from plateward.ground.matching.normalize import fold
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.day_keys import DayDestroyed
from plateward.sharing.records.rules import plate_like

MOST_PAGES = 500
# Of a PDF's catalog: what it does by itself, and what it has that not every program shows.
HIDING = {
    "/OCProperties": "layers",
    "/OpenAction": "an action on opening",
    "/AA": "actions",
    "/AcroForm": "a form",
    "/Collection": "files within it",
}


@dataclass(frozen=True)
class Searched:
    """A file by its parts (a line or a page, as a person finds it, and its text), and what in it nobody may see."""

    parts: tuple[tuple[str, str], ...]
    hidden: tuple[str, ...] = ()

    @property
    def plate_like(self) -> set[str]:
        """All words that may be plates."""
        return {word for _, text in self.parts for word in plate_like(text)}

    @enforces("SB40.confid/requests", "6.h.iii/redaction")
    def places(self, known: set[str]) -> list[str]:
        """Where a plate is that is among these."""
        return [place for place, text in self.parts if known & plate_like(text)]


def searched(content: bytes, media_type: str) -> Searched:
    """Raises NotADocument for a PDF that cannot be read."""
    if media_type != PDF:
        lines = content.decode("utf-8-sig").splitlines()
        return Searched(tuple((f"line {number}", line) for number, line in enumerate(lines, 1)))
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted or len(reader.pages) > MOST_PAGES:
            raise NotADocument(
                f"The PDF is encrypted or has more than {MOST_PAGES} pages. Save it plainly, in parts."
            )
        hidden = tuple(_hidden(reader))
        about = " ".join(map(str, (reader.metadata or {}).values()))
        pages = [(f"page {number}", page.extract_text()) for number, page in enumerate(reader.pages, 1)]
    except (
        PyPdfError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        RecursionError,
    ) as broken:
        raise NotADocument("The PDF cannot be read. Print it to a new PDF.") from broken
    return Searched((("its properties", about), *pages), hidden)


def _hidden(reader: PdfReader) -> Iterator[str]:
    catalog = reader.root_object
    yield from (words for name, words in HIDING.items() if name in catalog)
    names = catalog.get("/Names")
    if names is not None and "/JavaScript" in names.get_object():
        yield "a script"
    notes = (note.get_object().get("/Subtype") for page in reader.pages for note in page.get("/Annots") or ())
    if reader.attachments or "/FileAttachment" in notes:
        yield "an attached file"


@enforces("SB40.confid/requests", "6.h.iii/redaction")
def known_plates(words: set[str]) -> set[str]:
    """Which of the words are the plate of a read that is kept, or of a hot list. Raises StoreAway."""
    known = set(Entry.objects.filter(bare__in=words).values_list("bare", flat=True))
    folded = set[str]()
    with store_answers():
        store = configured_store()
        for day in store.days() if words else ():
            try:
                rows, _ = store.looked_up(day, words)
            except DayDestroyed:
                continue
            folded.update(str(plate) for _, start, plate in rows if start == 0)
    return known | {word for word in words if fold(word) in folded}
