"""A person's own photographs instead of the demo's footage."""

from itertools import islice
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import ExifTags, Image

from plateward.demo import furnish
from plateward.demo.cast import CAST, ROAD, SECONDS
from plateward.demo.processes import DemoError
from plateward.ground import clock
from plateward.reader.sources import taken_at
from plateward.recognition import images


def test_two_plates_of_a_person_s_own_photographs_are_listed(tmp_path: Path) -> None:
    (tmp_path / "1.jpg").write_bytes(b"no photograph")
    pictures = islice(images.frames(ROAD, 1.0), 4, 3 * SECONDS, SECONDS)
    for number, (_, _, picture) in enumerate(pictures, 2):
        cv2.imwrite(str(tmp_path / f"{number}.bmp"), picture)
    source, listed = furnish.footage(tmp_path / "copies", tmp_path, print)
    assert source == tmp_path
    assert [listing.plate for listing in listed] == [vehicle.plate for vehicle in CAST[:2]]


def test_photographs_that_say_when_they_were_taken_are_read_as_of_now(tmp_path: Path) -> None:
    own, lines = tmp_path / "own", list[str]()
    own.mkdir()
    exif = Image.Exif()
    exif.get_ifd(ExifTags.IFD.Exif).update({0x9003: "2026:02:01 13:30:05", 0x9011: "-07:00"})
    Image.fromarray(np.full((20, 30, 3), 90, np.uint8)).save(own / "1.jpg", exif=exif)
    assert taken_at(own / "1.jpg", clock.now())
    copies = furnish.copies_dated_now(own, tmp_path / "copies", lines.append)
    (copy,) = copies.iterdir()
    assert taken_at(copy, clock.now()) is None
    assert len(lines) == 1
    assert furnish.copies_dated_now(copies, tmp_path / "more", lines.append) == copies


def test_photographs_without_a_plate_are_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(DemoError, match="No plate could be read"):
        furnish.footage(tmp_path / "copies", tmp_path, print)
