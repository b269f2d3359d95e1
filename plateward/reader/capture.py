"""From a sighting to a read: the record of a vehicle, and its two photographs."""

from hashlib import sha256

import cv2
import msgspec
import numpy as np
import uuid_utils.compat
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from plateward.ground.policy.trace import enforces
from plateward.ground.tiles.encoding import encode_tiled
from plateward.ground.tiles.proof import seal_picture
from plateward.ground.wire.read import Read, ReadCharacter, ReadVehicle, SignedRead, VehicleFact, sign_read
from plateward.reader.frames import Image, crop
from plateward.reader.position import Fix
from plateward.reader.timekeeping import clock_error_ms
from plateward.reader.track import PlateSighting
from plateward.recognition.color import Color, vehicle_color
from plateward.recognition.vehicle import VehicleModel

CONTEXT_SIDE = 1280  # pixels: enough to see make and color of a vehicle, a third of a megabyte
PLATE_SIDE = 640
MARGIN = 0.15  # of the plate's size, left around it so that a person sees its frame and state
COLOR_SOURCE = "color near plate"
QUALITIES = (85, 60, 35)
MAX_JPEG = 1_500_000  # bytes; a noisier frame gets lower quality


class CapturedRead(msgspec.Struct, frozen=True):
    """A read as stored and sent: signed, with its context and plate images (JPEG)."""

    read: SignedRead
    context: bytes
    plate: bytes


@enforces(
    "5.c/image", "5.c/data", "5.c/position", "5.i/record", "5.i/position", "6.h.iii/proof", "6.j.i/proven"
)
def take_read(
    sighting: PlateSighting,
    fix: Fix,
    *,
    sure: bool,
    camera: str,
    engine: str,
    hotlist_version: str | None,
    key: Ed25519PrivateKey,
    vehicles: VehicleModel | None = None,
    shift_check: bool | None = None,
) -> tuple[Read, CapturedRead]:
    """The read of a pass and its images, fixed by their SHA-256 in the signed part; it never changes again. The tiles
    of the context image are sealed, so that a redacted copy can prove the rest. `sure`: it may ring an alarm.

    The vehicle's color comes from the paint, if it shows one; make and model from the site's own network `vehicles`, if
    it is sure. Raises `WireError` if it is no valid plate.
    """
    plate, frame = sighting.plate, sighting.frame
    context, scale = _fit(frame.image, CONTEXT_SIDE)
    context_jpeg = _jpeg(context)
    plate_jpeg = _jpeg(_fit(crop(frame.image, plate.box, MARGIN), PLATE_SIDE)[0])
    x, y, width, height = (max(0, round(side * scale)) for side in plate.box)
    number = uuid_utils.compat.uuid7()
    read = Read(
        id=number,
        captured_at=frame.at,
        clock_error_ms=clock_error_ms(fix.clock_ahead),
        plate=plate.text,
        state=plate.state,
        confidence=plate.confidence,
        sure=sure,
        characters=tuple(ReadCharacter(c.char, c.score, c.alternatives) for c in plate.characters),
        box=(x, y, width, height),
        vehicle=_describe_vehicle(frame.image, plate.box, vehicles),
        position=fix.position,
        position_lack=fix.lack,
        last_position=fix.last,
        heading=fix.heading,
        camera=camera,
        context_sha256=sha256(context_jpeg).hexdigest(),
        context_tiles=seal_picture(key, context_jpeg, read=number, camera=camera, captured_at=frame.at),
        plate_sha256=sha256(plate_jpeg).hexdigest(),
        engine=engine,
        hotlist_version=hotlist_version,
        shift_check=shift_check,
    )
    return read, CapturedRead(sign_read(key, read), context_jpeg, plate_jpeg)


def _describe_vehicle(
    image: Image, box: tuple[int, int, int, int], vehicles: VehicleModel | None
) -> ReadVehicle:
    color = vehicle_color(image, box)
    paint = None if color is Color.UNKNOWN else VehicleFact(color.value, COLOR_SOURCE)
    if vehicles is None:
        return ReadVehicle(color=paint)
    make_and_model = vehicles.tell(image, box)
    make, model = (
        VehicleFact(value, vehicles.source) if value else None
        for value in (make_and_model.make, make_and_model.model)
    )
    return ReadVehicle(color=paint, make=make, model=model)


def _fit(image: Image, side: int) -> tuple[Image, float]:
    """The image with its longer side at most `side`, and the scale applied."""
    height, width = image.shape[:2]
    scale = min(1.0, side / max(height, width))
    if scale == 1.0:
        return image, scale
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8), scale


def _jpeg(image: Image) -> bytes:
    for quality in QUALITIES:
        jpeg = encode_tiled(image, quality)
        if len(jpeg) <= MAX_JPEG:
            break
    return jpeg
