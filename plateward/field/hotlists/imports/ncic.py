"""The NCIC LPR extract (VEHEXTRT): fixed width, its first line a header. Pure.

Positions, from 0: 0–10 NIC, whose first character is the file code; 10–19 ORI; 19–27 date entered; 27–37 LIC;
37–39 LIS; 39–43 LIY; 43–45 LIT; 45–49 VYR; 49–53 VMA; 53–56 VMO; 56–58 VST; 58– VCO. NCIC writes the letter O as
zero: the plate stays as listed, and matching treats O and zero as equal.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from plateward.core.pages.csv_import import LineError, RejectedLine
from plateward.field.hotlists.imports.rows import FileLine, ImportRow, ImportTerms, NotAList, checked_row
from plateward.ground.policy.trace import enforces

SHORTEST = 58  # through VST; VCO may be missing


@dataclass(frozen=True)
class NcicFile:
    """One of NCIC's files. `reason`: why its entries are wanted unless the administrator changes it."""

    name: str
    reason: str


FILES = {
    "A": NcicFile("AMBER Alert", "amber_alert"),
    "C": NcicFile("Supervised release", "officer_safety"),
    "F": NcicFile("Felony vehicle", "criminal_investigation"),
    "H": NcicFile("Protection order", "public_safety"),
    "K": NcicFile("Protective interest", "public_safety"),
    "L": NcicFile("Violent person", "officer_safety"),
    "M": NcicFile("Missing person", "missing_person"),
    "P": NcicFile("Stolen plate", "stolen_plate"),
    "R": NcicFile("Canadian stolen vehicle", "stolen_vehicle"),
    "T": NcicFile("Gang or terrorist", "terrorism"),
    "V": NcicFile("Stolen vehicle", "stolen_vehicle"),
    "W": NcicFile("Wanted person", "wanted_person"),
    "X": NcicFile("Sex offender", "public_safety"),
}
# The immigration violator file is in no table that could switch it on (SB 40).
IMMIGRATION = "N"


def default_reasons() -> dict[str, str]:
    """Each file's reason by its code."""
    return {code: file.reason for code, file in FILES.items()}


class NcicExtract:
    """`reasons`: by file code, "" for a file that is skipped."""

    encoding = "utf-8"

    def __init__(self, reasons: Mapping[str, str]) -> None:
        self.reasons = {code: reason for code, reason in reasons.items() if code != IMMIGRATION}

    @enforces("5.h/import", "SB40.use/immigration")
    def read(self, lines: Iterator[FileLine], terms: ImportTerms) -> Iterator[ImportRow | RejectedLine]:
        """See FormatReader."""
        header = next(lines, None)
        if header is None:
            raise NotAList("The file is empty.")
        if _is_entry(header.text):
            raise NotAList(
                "The first line is an entry, not the NCIC extract's header: its beginning is missing. Fetch the "
                "file again."
            )
        for line in lines:
            if not line.text or line.text.isspace():
                continue
            try:
                yield self._row(line, terms)
            except LineError as error:
                yield RejectedLine.of(line.number, line.text, error)

    def _row(self, line: FileLine, terms: ImportTerms) -> ImportRow:
        text = line.text
        if len(text) < SHORTEST:
            cut = "it is cut short" if not line.ended else "it is too short"
            raise LineError(f"{cut}: {len(text)} characters, but an entry has {SHORTEST} or more")
        code = text[0]
        reason = self.reasons.get(code, "")
        if not reason:
            raise LineError(_why_not_taken(code))
        if text[:10].isspace() or not text[:10].strip().isalnum():
            raise LineError(f"'{text[:10]}' is not an NCIC number")
        vehicle = (text[45:49], text[49:53], text[53:56], text[56:58], text[58:])
        row = ImportRow(
            line=line.number,
            plate=text[27:37].strip(),
            state=text[37:39].strip(),
            reason=reason,
            plate_year=text[39:43].strip(),
            plate_type=text[43:45].strip(),
            vehicle=" ".join(part for piece in vehicle if (part := piece.strip())),
            nic=text[:10].strip(),
            ori=text[10:19].strip(),
            listed_on=_parse_day(text[19:27]),
        )
        return checked_row(row, terms)


def _why_not_taken(code: str) -> str:
    if code == IMMIGRATION:
        return "file code N is NCIC's immigration violators; SB 40 does not allow this use of a plate reader"
    if code in FILES:
        return f"file code {code} ({FILES[code].name}) is turned off on this hub"
    return f"'{code}' is not a file code of the NCIC extract"


def _is_entry(text: str) -> bool:
    """Whether a line is laid out like an entry."""
    try:
        _parse_day(text[19:27])
    except LineError:
        return False
    return len(text) >= SHORTEST and text[0] in {*FILES, IMMIGRATION} and text[1:10].strip().isalnum()


def _parse_day(text: str) -> date:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError as bad:
        raise LineError(f"'{text}' is not an NCIC date: are the columns shifted?") from bad
