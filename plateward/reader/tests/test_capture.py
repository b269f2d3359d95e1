from hashlib import sha256
from typing import cast

import cv2
import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from plateward.ground.tiles.proof import cover_tiles, encode_proof
from plateward.ground.wire.codec import WireError
from plateward.ground.wire.picture import PICTURES
from plateward.ground.wire.read import Read, ReadVehicle, VehicleFact, open_read
from plateward.reader import capture
from plateward.reader.capture import MAX_JPEG, take_read
from plateward.reader.frames import Frame, Image
from plateward.reader.position import parse_position
from plateward.reader.tests.stand_ins import NOON, made, photograph, plate
from plateward.reader.track import PlateSighting
from plateward.recognition.types import Plate
from plateward.recognition.vehicle import UNKNOWN, MakeAndModel, VehicleModel


def pixels(jpeg: bytes) -> Image:
    return np.asarray(cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR), np.uint8)


def captured(key: Ed25519PrivateKey, image: Image, plate: Plate) -> tuple[Read, Image, Image]:
    sighting = PlateSighting(Frame(image, NOON), plate)
    place = parse_position("35.0844,-106.6504").at(NOON)
    read, item = take_read(
        sighting, place, sure=True, camera="Unit 12 front", engine="test", hotlist_version="7", key=key
    )
    return read, pixels(item.context), pixels(item.plate)


@pytest.mark.clause("5.c/image", "5.c/data", "5.c/position", "5.i/record", "5.i/position")
def test_a_read_carries_plate_time_place_and_both_images(key: Ed25519PrivateKey) -> None:
    read, context, crop = captured(key, photograph(), plate())
    assert (read.plate, read.captured_at, read.camera, read.hotlist_version) == (
        "ABC123",
        NOON,
        "Unit 12 front",
        "7",
    )
    assert read.position
    assert (read.position.lat, read.position.lon) == (35.0844, -106.6504)
    assert [character.char for character in read.characters] == list("ABC123")
    assert context.shape == (360, 640, 3)
    assert crop.shape == (52, 104, 3)
    assert read.vehicle == ReadVehicle()  # a gray picture has no color


@pytest.mark.clause("5.c/data")
def test_the_vehicle_color_is_reported_with_its_source(key: Ed25519PrivateKey) -> None:
    image = photograph(120)
    image[60:340, 20:260] = (30, 20, 180)
    image[200:240, 100:180] = 250
    read, _, _ = captured(key, image, plate())
    assert read.vehicle.color == VehicleFact("red", "color near plate")


@pytest.mark.clause("5.c/data")
def test_make_and_model_are_what_the_sites_own_network_stands_by(key: Ed25519PrivateKey) -> None:
    class Network:
        source = "site@0a1b2c3d"

        def tell(self, image: Image, box: tuple[int, int, int, int]) -> MakeAndModel:
            return MakeAndModel("FORD", None) if image.shape and box == plate().box else UNKNOWN

    sighting, place = (
        PlateSighting(Frame(photograph(), NOON), plate()),
        parse_position("35.0844,-106.6504").at(NOON),
    )
    read, _ = take_read(
        sighting,
        place,
        sure=True,
        camera="c",
        engine="test",
        hotlist_version=None,
        key=key,
        vehicles=cast(VehicleModel, Network()),
    )
    assert read.vehicle == ReadVehicle(make=VehicleFact("FORD", "site@0a1b2c3d"))


@pytest.mark.clause("5.c/data", "5.i/record")
def test_a_read_says_how_far_its_clock_may_be_off(
    key: Ed25519PrivateKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(capture, "clock_error_ms", lambda ahead: 13)
    read, _ = made(key)
    assert read.clock_error_ms == 13


@pytest.mark.clause("6.j.i/proven")
def test_the_signature_covers_the_images(key: Ed25519PrivateKey) -> None:
    read, item = made(key)
    signed = open_read(key.public_key(), item.read)
    assert signed == read
    assert signed.context_sha256 == sha256(item.context).hexdigest()
    assert signed.plate_sha256 == sha256(item.plate).hexdigest()


@pytest.mark.clause("6.h.iii/proof", "6.j.i/proven")
def test_the_tiles_of_the_context_image_are_signed_without_the_plate(key: Ed25519PrivateKey) -> None:
    read, item = made(key)
    assert read.context_tiles
    _, proof = cover_tiles(item.context, [read.box], read.context_tiles)  # compares the root
    assert proof
    assert proof.covered
    picture = PICTURES.open(key.public_key(), proof.picture)
    assert (picture.read, picture.camera, picture.captured_at) == (read.id, read.camera, read.captured_at)
    assert read.plate.encode() not in encode_proof(proof) + proof.picture.body


@pytest.mark.parametrize(("width", "height"), [(2560, 1920), (1920, 2560)])
def test_a_large_photograph_is_made_smaller_and_its_box_with_it(
    key: Ed25519PrivateKey, width: int, height: int
) -> None:
    read, context, crop = captured(
        key, photograph(height=height, width=width), plate(box=(1000, 800, 400, 200))
    )
    assert context.shape == (height / 2, width / 2, 3)
    assert read.box == (500, 400, 200, 100)
    assert crop.shape[1] == 520


def test_the_noisiest_photograph_stays_within_bounds(key: Ed25519PrivateKey) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (1280, 1280, 3), np.uint8)
    _, item = made(key, image=noise)
    assert len(item.context) <= MAX_JPEG


@pytest.mark.parametrize("box", [(-20, -10, 80, 40), (620, 350, 80, 40), (700, 400, 50, 20), (5, 5, 0, 0)])
def test_a_plate_at_the_edge_is_cut_to_the_photograph(
    key: Ed25519PrivateKey, box: tuple[int, int, int, int]
) -> None:
    read, _, crop = captured(key, photograph(), plate(box=box))
    assert min(read.box) >= 0
    assert crop.size > 0


def test_what_is_no_plate_is_no_read(key: Ed25519PrivateKey) -> None:
    with pytest.raises(WireError):
        captured(key, photograph(), plate("AB 12"))
