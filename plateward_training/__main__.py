"""`python -m plateward_training`: make the weights of recognition anew."""

from __future__ import annotations

import importlib.util
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track

from plateward.ground.errors import PlatewardError

app = typer.Typer(
    help="Train the weights of recognition.", pretty_exceptions_enable=False, add_completion=False
)

HERE = Path(__file__).parents[1]
WEIGHTS = HERE / "plateward" / "recognition" / "weights"
SHEETS = 6200  # rendered plates that the detector's scenes use
FINDING, READING = 24_000, 3000  # steps
CALIBRATION_COUNT = 2000  # photographs


class TrainingPart(StrEnum):
    """The part to make: the detector, the recognizer, the reader of words, or the calibration of all together."""

    FINDING = "finding"
    READING = "reading"
    WORDS = "words"
    CALIBRATION = "calibration"


@app.command()
def train(
    part: Annotated[
        list[TrainingPart] | None, typer.Argument(help="The part to train; default: all, in this order.")
    ] = None,
    streets: Annotated[
        Path,
        typer.Option(help="Traffic photographs: images/ and boxes.csv (file, x, y, w, h of each plate)."),
    ] = HERE / "../shared/traffic-ro",
    folder: Annotated[Path, typer.Option(help="Folder for checkpoints and logs.")] = HERE / ".training",
    onward: Annotated[
        bool,
        typer.Option("--onward", help="Reading begins with the checkout's weights, not with packaged ones."),
    ] = False,
    seed: Annotated[int, typer.Option(help="The seed of everything random.")] = 50,
    device: Annotated[str, typer.Option(help="cpu or cuda.")] = "cpu",
    threads: Annotated[
        int, typer.Option(help="CPU threads for training; as many more processes render.")
    ] = 1,
) -> None:
    """Render plates, learn from them, and write the weights into the checkout. Goes on where it was cut off.

    Each part is made anew from nothing once its checkpoint (FOLDER/finding/finder.pt, FOLDER/reading/characters.pt,
    with --onward FOLDER/onward/characters.pt) is gone. Needs the extra 'train'; ./run train installs it. On two CPU
    cores it takes about six hours.

    Example: ./run train reading --device cuda"""
    if importlib.util.find_spec("torch") is None or importlib.util.find_spec("onnx") is None:
        raise PlatewardError(
            "Training needs PyTorch and ONNX: pip install '.[train]' in the checkout, or use ./run train."
        )
    from plateward_training import fonts

    if not (streets / "boxes.csv").is_file():
        raise PlatewardError(
            f"There are no traffic photographs in {streets} (boxes.csv and images/): see --streets."
        )
    fonts.install()
    parts = part or list(TrainingPart)
    say = Console(stderr=True).print
    if TrainingPart.FINDING in parts:
        from plateward_training import detector

        own = folder / "finding"
        _sheets(own / "sheets", seed)
        (own / "photos").unlink(missing_ok=True)
        (own / "photos").symlink_to(streets.resolve())
        detector.train(own, None, FINDING, seed, device, threads)
        samples = detector.blobs(detector.composer(own, seed + 1), 80)
        detector.export(own, WEIGHTS / "plate-corners.onnx", samples)
    if TrainingPart.READING in parts:
        from plateward_training import recognizer, words

        own, file = folder / ("onward" if onward else "reading"), WEIGHTS / "characters.onnx"
        beginning = recognizer.load_shipped(file) if onward else recognizer.starting_point(words.packaged())
        recognizer.train(own, beginning, streets, READING, seed, device, threads, workers=threads)
        samples = recognizer.blobs(streets, seed + 1, 12)
        recognizer.export(own, beginning, file, samples)
    if TrainingPart.WORDS in parts:
        from plateward_training import words

        words.export(WEIGHTS / "words.onnx", seed)
    if TrainingPart.CALIBRATION in parts:
        from plateward.recognition.plates import PlateEngine
        from plateward_training import calibrating

        fitted = calibrating.fit(PlateEngine(threads), CALIBRATION_COUNT, WEIGHTS / "calibration.json")
        say(
            f"Reads are kept from a confidence of {fitted.thresholds.store}, and ring from {fitted.thresholds.alarm}."
        )
    say("Done. Measure the weights with ./run bench recognition before they are committed.")


def _sheets(folder: Path, seed: int) -> None:
    """Rendered plates as JPEG files, from which scenes are composed; existing files stay."""
    import cv2
    import numpy as np

    from plateward_training import plates

    folder.mkdir(parents=True, exist_ok=True)
    for index in track(range(SHEETS), "Rendering plates …", console=Console(stderr=True)):
        file = folder / f"{index:05}.jpg"
        if not file.exists():
            cv2.imwrite(str(file), plates.render(np.random.default_rng([seed, index])).image)


if __name__ == "__main__":
    try:
        app(prog_name="./run train")
    except PlatewardError as error:
        sys.exit(f"./run train: {error}")
