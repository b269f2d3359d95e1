"""Random histories of a hub: days that end, and backups in between."""

from datetime import UTC, date, datetime, timedelta
from random import Random

from plateward.ground.vault.generations import generation_name
from plateward.ground.vault.tombstones import Tombstone
from plateward.serve.backup.rules import BackedFile, Manifest

START = datetime(2026, 1, 1, tzinfo=UTC)
DAYS = [date(2026, 1, 1) + timedelta(days=number) for number in range(4)]


def history(random: Random) -> tuple[list[Manifest], list[Tombstone], dict[date, int | None]]:
    """Backups of days that end, wholly or up to what was kept; their tombstones; and each day's current generation."""
    current: dict[date, int | None] = dict.fromkeys(DAYS, 0)
    stones: list[Tombstone] = []
    manifests = []
    for serial in range(1, random.randint(2, 8)):
        for day in DAYS:
            if current[day] is not None and random.random() < 0.3:
                generation = int(current[day] or 0)
                following = generation + 1 if random.random() < 0.5 else None
                stones.append(Tombstone(day, generation, following, START, "", str(len(stones)).encode()))
                current[day] = following
        there = [(day, number) for day, number in current.items() if number is not None]
        there += [(day, number + 1) for day, number in there if random.random() < 0.2]  # being prepared
        files = [
            BackedFile(f"{folder}/{generation_name(day, number)}{kind}", str(serial), serial)
            for day, number in there
            for folder, kind in (("reads", ".db"), ("images", "-7.seg"))
        ]
        files += [BackedFile("hub.db", str(serial), serial), BackedFile("ring.marker", "", 1)]
        names = [stone.name for stone in stones]
        made = START + timedelta(hours=serial)
        manifests.append(Manifest(1, serial, made, "SQLCipher", "", names, files))
    return manifests, stones, current
