"""Months of an invented agency, written as the four files of a history: who works on what, and what somebody adds."""

import json
import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

BEGIN = datetime(2026, 1, 5, tzinfo=UTC)
HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)
STORIES = (
    "Shed on {road} was broken into Sunday night, neighbor's camera shows this truck leaving at 0240",
    "Clerk at the market on {road} robbed at gunpoint, witness gave this plate",
    "Owner reports his Silverado taken from the driveway on {road} during the night",
    "Hit and run on {road}, pedestrian in hospital, bystander read the plate as the car fled",
    "Missing 15-year-old was last seen getting into this car on {road}",
    "Shots fired at a house on {road}, door camera has this gray sedan",
    "Domestic battery on {road}, victim says the suspect drove off in her car",
    "Warrant for aggravated assault, suspect's mother on {road} says he drives this vehicle",
)
ROADS = (
    "Agua Fria",
    "Cerrillos Rd",
    "Coors Blvd",
    "Juan Tabo",
    "Lomas Blvd",
    "Menaul Blvd",
    "Picacho Ave",
    "Rufina St",
)
CARELESS = ("burglary suspect", "stolen vehicle", "BOLO")


@dataclass
class Months:
    """An agency of so many people over so many days; about four searches a shift, five shifts a week."""

    seed: int
    people: int = 30
    days: int = 90
    vague: float = 0.03  # of searches
    no_case: float = 0.03
    names_plate: float = 0.7
    events: list[dict[str, object]] = field(default_factory=list)
    cad: list[str] = field(default_factory=list)
    shifts: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)
        self.ids = [f"p{n:02d}" for n in range(self.people)]
        for n, person in enumerate(self.ids[1:], 1):
            pace = self.rng.lognormvariate(0, 0.4)
            for day in range(self.days):
                if (day + n) % 7 < 5 and n > 1:
                    self._shift(person, BEGIN + day * DAY + (6, 14, 22)[n % 3] * HOUR, pace)

    def role(self, n: int) -> str:
        if n < 2:
            return ("chief", "sergeant")[n]
        return "detective" if n % 5 == 0 else "officer"

    def _shift(self, person: str, start: datetime, pace: float) -> None:
        self.shifts.append(f"{person},{start.isoformat()},{(start + 9 * HOUR).isoformat()}")
        for _ in range(round(self.rng.gauss(4, 1.5) * pace)):
            self.search(person, start + self.rng.random() * 9 * HOUR)
        if self.rng.random() < 0.03:
            self.export(person, start + 8 * HOUR, self.rng.randrange(5, 60))

    def search(self, person: str, at: datetime, **values: object) -> None:
        """An ordinary search, for a case of its own; some under none, some with two words."""
        plate = f"{''.join(self.rng.choices('ABCDEFGHJKLM', k=2))}Q{self.rng.randrange(1000, 10000)}"
        reason = self.rng.choice(STORIES).format(road=self.rng.choice(ROADS))
        if self.rng.random() < self.vague:
            reason = self.rng.choice(CARELESS)
        case = self.case(at, plate if self.rng.random() < self.names_plate else "")
        if self.rng.random() < self.no_case:
            case = ""
        self.add(
            at, person, "search", **{"plate": plate, "reason": reason, "case": case, "results": 3} | values
        )

    def case(self, at: datetime, plates: str) -> str:
        """A new open case."""
        number = f"26-{len(self.cad):06d}"
        opened = (at - self.rng.random() * 5 * HOUR).isoformat()
        self.cad.append(f"{number},{opened},,,incident,{plates}")
        return number

    def export(self, person: str, at: datetime, results: int) -> None:
        self.add(at, person, "export", results=results, reason="For the case file")

    def add(self, at: datetime, person: str, kind: str, **values: object) -> None:
        self.events.append({"at": at.isoformat(), "person": person, "kind": kind} | values)

    def write(self, folder: Path) -> Path:
        """The four files."""
        above = ["", "p00", *["p01"] * (self.people - 2)]
        listed = [
            f"{person},Person {n},{self.role(n)},D{n % 3},{above[n]},OWN{n:03d},FAM{n:03d}"
            for n, person in enumerate(self.ids)
        ]
        tables = {
            "people.csv": ["id,name,role,unit,supervisor,own_plates,family_plates", *listed],
            "shifts.csv": ["person,start,end", *self.shifts],
            "cad.csv": ["number,opened_at,closed_at,unit,kind,plates", *self.cad],
            "events.jsonl": map(json.dumps, sorted(self.events, key=lambda event: str(event["at"]))),
        }
        folder.mkdir(exist_ok=True)
        for name, lines in tables.items():
            (folder / name).write_text("\n".join(lines) + "\n")
        return folder
