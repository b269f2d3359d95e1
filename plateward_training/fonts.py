"""Fonts of the training set: npm packages under the OFL or Apache-2.0, pinned by package-lock.json beside this file."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from plateward.ground.errors import PlatewardError

HERE = Path(__file__).parent
FOLDER = HERE.parent / ".training" / "fonts"

# Serials: condensed sans-serifs close to the states' dies and digital prints. Words: whatever states letter with.
SERIAL = [
    "overpass",
    "barlow-condensed",
    "barlow-semi-condensed",
    "saira-condensed",
    "saira-semi-condensed",
    "oswald",
    "dosis",
    "pathway-gothic-one",
    "roboto-condensed",
    "fjalla-one",
    "archivo-narrow",
    "rajdhani",
    "share-tech",
    "sofia-sans-condensed",
    "m-plus-rounded-1c",
    "antonio",
    "khand",
    "pt-sans-narrow",
    "encode-sans-condensed",
    "asap-condensed",
]
SANS = [*SERIAL, *["league-gothic", "francois-one", "big-shoulders-display", "teko", "smooch-sans"]]
SCRIPT = ["dancing-script", "pacifico", "lobster", "yellowtail", "kaushan-script", "satisfy"]
SERIF = ["playfair-display", "libre-baskerville", "lora", "rye", "arvo"]
WORDS = {"sans": SANS, "script": SCRIPT, "serif": SERIF}


def install() -> None:
    """Install the font packages in .training/fonts; needs npm the first time. Raises PlatewardError if npm fails."""
    if (FOLDER / "node_modules").is_dir():
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, FOLDER / name)
    npm = shutil.which("npm")
    if npm is None:
        raise PlatewardError(
            "Rendering plates needs fonts from npm packages, and there is no npm on this machine."
        )
    done = subprocess.run(
        [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
        cwd=FOLDER,
        check=False,
    )
    if done.returncode:
        raise PlatewardError(f"npm could not install the fonts into {FOLDER} (exit code {done.returncode}).")


@cache
def files(family: str) -> tuple[Path, ...]:
    """The upright Latin files of a family, one per weight."""
    folder = FOLDER / "node_modules" / "@fontsource" / family / "files"
    paths = tuple(sorted(folder.glob(f"{family}-latin-[0-9]*-normal.woff2")))
    if not paths:
        raise PlatewardError(f"The font {family} is missing in {FOLDER}: run ./run train, which installs it.")
    return paths


def pick(rng: np.random.Generator, families: list[str], heavy: bool = False) -> Path:
    """A font file from one of the families; from the bolder half of its weights if `heavy`."""
    choices = files(families[int(rng.integers(len(families)))])
    return choices[int(rng.integers(len(choices) // 2 if heavy else 0, len(choices)))]


@lru_cache(maxsize=512)
def _font(file: Path, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(file), size)


def mask(file: Path, text: str, height: int) -> NDArray[Any]:
    """The text cropped to its ink, this many pixels high, 0 to 255."""
    font = _font(file, max(8, round(height * 1.4)))
    left, top, right, bottom = font.getbbox(text)
    canvas = Image.new("L", (max(1, round(right - left) + 2), max(1, round(bottom - top) + 2)))
    ImageDraw.Draw(canvas).text((1 - left, 1 - top), text, fill=255, font=font)
    box = canvas.getbbox() or (0, 0, 1, 1)
    inked = canvas.crop(box)
    width = max(1, round(inked.width * height / inked.height))
    return np.asarray(inked.resize((width, max(1, height)), Image.Resampling.BILINEAR))
