"""A batch keeps its number until the hub acknowledged it, whatever happens to the reader in between."""

from pathlib import Path

import pytest

from plateward.reader.batches import Batches

pytestmark = pytest.mark.clause("6.j.i/proven")


def test_a_reader_that_is_killed_goes_on_with_the_number_that_it_sent(tmp_path: Path) -> None:
    said: list[str] = []
    file = tmp_path / "batches.sealed"
    first = Batches(file, bytes(32), said.append).numbers
    batches = Batches(file, bytes(32), said.append)
    assert batches.numbers == first, "on disk before anything is sent"
    batches.acknowledged()
    assert batches.numbers.after == first.next
    assert Batches(file, bytes(32), said.append).numbers == batches.numbers
    assert not said


def test_numbers_that_cannot_be_read_begin_again_and_say_so(tmp_path: Path) -> None:
    said: list[str] = []
    file = tmp_path / "batches.sealed"
    first = Batches(file, bytes(32), said.append).numbers
    again = Batches(file, b"1" * 32, said.append).numbers
    assert {again.next, again.after}.isdisjoint({first.next, first.after})
    assert "the hub will ask why" in said[0]


def test_a_disk_that_takes_nothing_is_said_and_the_reader_sends_on(tmp_path: Path) -> None:
    said: list[str] = []
    batches = Batches(tmp_path / "away" / "batches.sealed", bytes(32), said.append)
    before = batches.numbers
    batches.acknowledged()
    assert batches.numbers.after == before.next
    assert all("could not be stored" in line for line in said)
