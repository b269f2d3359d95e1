"""Whether a plate can be read in a redacted picture, which faces are found, and what redaction costs: each stage on one
core, without the person between them."""

import time
from typing import TYPE_CHECKING

import cv2
import numpy as np

from plateward.bench.figures import Figure, Progress, at_most, spread
from plateward.bench.photographs import Box, album, reference_path
from plateward.ground.errors import PlatewardError

if TYPE_CHECKING:
    from plateward.recognition.covering.checking import PictureChecker

READABLE = 10  # pixels of a plate's height: below, nobody reads it
MOST_MS = 300.0
STREETS = 6  # of the street photographs, each so many
# Faces that a person sees in frames of the video, some of them behind glass: there are no labels but these.
FACES: dict[int, tuple[Box, ...]] = {
    60: ((691, 442, 37, 44),),
    120: ((13, 280, 11, 15),),
    300: ((899, 259, 13, 16), (838, 250, 20, 24), (367, 252, 18, 20)),
    330: ((875, 271, 15, 19), (805, 268, 18, 20)),
}


def run(progress: Progress) -> list[Figure]:
    """Of the reference scenes, video and street photographs; milliseconds of the process's own time. Raises
    PlatewardError without them."""
    from plateward.recognition.covering.checking import PictureChecker
    from plateward.recognition.covering.pictures import cover

    cv2.setNumThreads(1)
    checker = PictureChecker()
    scenes = album(reference_path("plates-us", "scenes.csv")).photographs
    redacting, checking = list[float](), list[float]()
    plates = readable = refused = covers = 0
    for number, scene in enumerate(scenes, 1):
        progress(f"scene {number} of {len(scenes)}")
        jpeg, began = scene.file.read_bytes(), time.process_time()
        boxes = [each.box for each in checker.find(jpeg)]
        redacted = cover(jpeg, boxes)
        made = time.process_time()
        refused += bool(checker.flaws(redacted, boxes))
        redacting.append(1000 * (made - began))
        checking.append(1000 * (time.process_time() - made))
        covers += len(boxes)
        if scene.box and scene.box[3] >= READABLE:
            plates += 1
            readable += checker.is_readable(redacted, scene.box)
    return [
        at_most(f"readable by either of two engines afterward, of {plates} plates", readable, "", 0.0),
        Figure("refused by the check, with no person's hand", 100 * refused / len(scenes), "%"),
        Figure("covers a picture", covers / len(scenes), ""),
        *spread("find and cover", redacting, "ms", MOST_MS),
        *spread("check the result", checking, "ms"),
        *_faces(progress, checker),
    ]


def _faces(progress: Progress, checker: "PictureChecker") -> list[Figure]:
    """Of the faces that a person counted in four frames; and how many are said to be in street photographs."""
    from plateward.recognition.images import load_image

    video = cv2.VideoCapture(str(reference_path("video", "cars.mp4")))
    found = 0
    for frame, faces in FACES.items():
        progress(f"frame {frame}")
        video.set(cv2.CAP_PROP_POS_FRAMES, frame)
        readable, image = video.read()
        if not readable:
            raise PlatewardError("The reference video is not on this machine. Set PLATEWARD_SHARED.")
        seen = [
            sight.box for sight in checker.finder.sights(np.asarray(image, np.uint8)) if sight.corners is None
        ]
        found += sum(any(_holds_middle(box, face) for box in seen) for face in faces)
    streets = sorted(reference_path("traffic-ro", "images").iterdir())[::STREETS]
    told = 0
    for number, street in enumerate(streets, 1):
        progress(f"street {number} of {len(streets)}")
        sights = checker.finder.sights(load_image(street))
        told += sum(sight.corners is None for sight in sights)
    counted = sum(map(len, FACES.values()))
    return [
        Figure(f"faces found, of {counted} counted by hand in the video", 100 * found / counted, "%"),
        Figure("faces told in 100 street photographs, right or wrong", 100 * told / len(streets), ""),
    ]


def _holds_middle(box: Box, face: Box) -> bool:
    x, y = face[0] + face[2] / 2, face[1] + face[3] / 2
    return box[0] <= x <= box[0] + box[2] and box[1] <= y <= box[1] + box[3]
