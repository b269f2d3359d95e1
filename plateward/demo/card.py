"""`./run card`: the officers' quick card, docs/quick-card.pdf: one page, with pictures of the demo's own main job."""

import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import cv2
import typst
from playwright.sync_api import Error as BrowserError
from playwright.sync_api import Page

from plateward.demo.run import PORTS, agency, say
from plateward.recognition import images

CARD = Path("docs/quick-card.pdf")
MOST_BYTES = 300_000
QUALITY = 60  # percent, of JPEG
TRIES = 3
TALLEST = 0.75  # of a picture's width: of a long form its head is enough
# By step of the main job (smoke.py): the picture's name, and what of the page it is of.
PICTURES = {
    "an alert rings and shows": ("alert", "[data-alarm-list] [data-alarm]"),
    "the alert shows vehicle and plate, and asks to be read": ("confirm", "section:has(#step-read)"),
    "the observer says what vehicle it is before the description shows": (
        "observe",
        "section:has(#step-observe)",
    ),
    "NCIC has a hit": ("verify", "li:has(#step-verify)"),
    "dispatch is notified in one step": ("dispatch", "#bar"),
    "enforcement is recorded": ("disposition", "li:has(#step-close)"),
}


def main() -> None:
    """Do the main job in a demo of its own, and set the card."""
    os.environ |= {name: os.environ.get(name, "0") for name in PORTS}
    with agency(None, visible=False) as up:
        from plateward.demo.smoke import main_job  # needs settings, which the demo has made

        folder = up.home / "card"
        folder.mkdir()

        def take(text: str, page: Page) -> None:
            if text in PICTURES:
                name, part = PICTURES[text]
                picture = folder / f"{name}.jpg"
                for _ in range(TRIES):  # a panel may be replaced meanwhile
                    with suppress(BrowserError):
                        page.locator(part).first.screenshot(path=picture, type="jpeg", quality=100)
                        break
                image = images.load_image(picture)
                head = image[: round(image.shape[1] * TALLEST)]
                cv2.imwrite(str(picture), head, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])

        main_job(up.url, None, say, seen=take)
        template = folder / "card.typ"
        template.write_text(Path(__file__).with_suffix(".typ").read_text())
        made = typst.compile(
            template,
            ignore_system_fonts=True,
            pdf_standards=["ua-1"],
            timestamp=int(datetime.now(UTC).timestamp()),
        )
    if len(made) > MOST_BYTES:
        raise SystemExit(
            f"The card has {len(made):,} bytes; at most {MOST_BYTES:,} are kept in the repository."
        )
    CARD.write_bytes(made)
    say(f"{CARD}: {len(made):,} bytes.")


if __name__ == "__main__":
    main()
