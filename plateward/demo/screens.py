"""`./run screens [PERSON …]`: a demo of its own, and pictures of every page that its people can open, for a desk and a
phone, in the ignored folder `screens/now`. It names what changed since the last run, which is in `screens/before` and
is to be one of the same people: a page that looks alike for several is of the first alone."""

import json
import os
import re
import shutil
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Literal
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import Browser, Page
from playwright.sync_api import Error as BrowserError

from plateward.demo.agency import MEMBERS, Member
from plateward.demo.browser import chromium
from plateward.demo.run import PORTS, agency, say

NOW, BEFORE = Path("screens/now"), Path("screens/before")
DIGESTS = "digests.json"  # of each picture: what it shows, but for numbers, times, hashes and photographs
WORDS = "words.json"  # of each page: what its cells, facts and lists say, but for the same
MOST_WORDS = 5  # that a line names
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
WIDTHS = {1280: 900, 390: 844}
LEADS_AWAY = re.compile(r"logout|\.(pdf|csv|json|jpg|md|zip)$|/(report|file|download|stream|image)/?$")
# What a page's data says, cell by cell, but for what is a plate, a hash or code.
SAID = """() => [...document.querySelectorAll('td, tbody th, dd, main li')]
  .filter((cell) => !cell.querySelector('td, dd, li'))
  .map((cell) => {
    const copy = cell.cloneNode(true);
    for (const data of copy.querySelectorAll('.plate, .mono, code, pre, .digest, option, script')) data.remove();
    return copy.textContent;
  })"""
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
# What two runs do not have alike, and as what it is compared.
DIFFERS = (
    (re.compile(rf"\b({MONTHS})\b"), "May"),
    (re.compile(r"\b[0-9a-f]{8}[-0-9a-f]*"), "x"),
    (re.compile(r"\b(?=[A-Z]*\d)[A-Z0-9]{5,8}\b"), "x"),  # a plate
    (re.compile(r"\d[\d,.:]*"), "0"),
    (re.compile(r"0 (second|minute|hour|day)s?"), "0 days"),
    (re.compile(r"\s+"), " "),
)
# What two runs have alike: a copy of the page that no script changes, with one row of each table and list; of
# what is data (cells, facts) only that it is there: what it says is compared by itself.
STILL = """() => {
  document.body.replaceWith(document.body.cloneNode(true));
  document.documentElement.removeAttribute('data-alarm');
  for (const row of document.querySelectorAll(':is(tbody > tr, main li, main option):not(:first-child)')) row.remove();
  for (const link of document.querySelectorAll('a[href]')) link.removeAttribute('href'); // those visited have a color
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const months = /\\b(January|February|March|April|May|June|July|August|September|October|November|December)\\b/g;
  while (words.nextNode()) {
    const word = words.currentNode;
    if (!word.data.trim()) continue;
    word.data = word.parentElement.closest('td, tbody th, dd, main li, .tag, .mono, code, pre, .digest') ? 'x'
      : word.data.replace(months, 'May').replace(/[0-9a-f]{8}[-0-9a-f]*/g, 'x').replace(/\\d+/g, '0')
        .replace(/0 (second|minute|hour|day)s?/g, '0 days');
  }
  for (const drawn of document.querySelectorAll('img, svg, canvas, input, progress')) drawn.style.visibility = 'hidden';
}"""


class Album:
    """The pictures of one run."""

    def __init__(self) -> None:
        shutil.rmtree(BEFORE, ignore_errors=True)
        if NOW.exists():
            NOW.rename(BEFORE)
        NOW.mkdir(parents=True)
        self.digests: dict[str, str] = {}
        self.words: dict[str, list[str]] = {}
        self._texts: set[str] = set()

    def take(self, page: Page, name: str) -> None:
        """Both widths as a person sees them, by day and at night, then as two runs have them alike."""
        text = re.sub(r"\d+", "0", page.locator("main").inner_text())
        if text in self._texts:
            return
        self._texts.add(text)
        for width, height in WIDTHS.items():
            page.set_viewport_size({"width": width, "height": height})
            for scheme in SCHEMES:
                page.emulate_media(color_scheme=scheme)
                page.screenshot(full_page=True, path=NOW / f"{name}-{width}-{scheme}.png")
        self.words[name] = compared(page.evaluate(SAID))
        page.emulate_media(color_scheme="light")  # the colors of the night are those of the day, by name
        page.evaluate(STILL)
        for width, height in WIDTHS.items():
            page.set_viewport_size({"width": width, "height": height})
            alike = page.screenshot(full_page=True, animations="disabled")
            self.digests[f"{name}-{width}"] = sha256(alike).hexdigest()

    def differences(self) -> list[str]:
        """A line for each picture that is new, gone or other than in the last run."""
        (NOW / DIGESTS).write_text(json.dumps(self.digests, indent=1))
        (NOW / WORDS).write_text(json.dumps(self.words, indent=1))
        last, said = BEFORE / DIGESTS, BEFORE / WORDS
        if not last.exists():
            return [f"{len(self.digests)} pictures, and no earlier ones to compare them with."]
        before: dict[str, str] = json.loads(last.read_text())
        both = [name for name in self.digests if name in before]
        return [
            *(f"new      {name}" for name in self.digests if name not in before),
            *(f"changed  {name}" for name in both if self.digests[name] != before[name]),
            *(f"gone     {name}" for name in before if name not in self.digests),
            *(changed_words(json.loads(said.read_text()), self.words) if said.exists() else ()),
        ]


def compared(texts: Iterable[str]) -> list[str]:
    """What cells say, each once, as two runs have it alike."""
    return sorted({_alike(text) for text in texts} - {""})


def _alike(text: str) -> str:
    for pattern, alike in DIFFERS:
        text = pattern.sub(alike, text)
    return text.strip()


def changed_words(before: Mapping[str, list[str]], now: Mapping[str, list[str]]) -> Iterator[str]:
    """A line for each page that is in both, whose cells say something that they did not, or no longer."""
    for name in sorted(now.keys() & before.keys()):
        new, gone = ({*now[name]} - {*before[name]}, {*before[name]} - {*now[name]})
        said = [*(f"+ “{text}”" for text in sorted(new)), *(f"- “{text}”" for text in sorted(gone))]
        if said:
            more = f" and {len(said) - MOST_WORDS} more" * (len(said) > MOST_WORDS)
            yield f"words    {name}: {', '.join(said[:MOST_WORDS])}{more}"


def take_all(browser: Browser, url: str, member: Member, album: Album) -> None:
    """Sign in, and follow every link; of addresses that differ in a number only the first."""
    from plateward.demo.smoke import Walkthrough  # needs settings, which the demo has made

    job = Walkthrough(browser, url, lambda *_: None)
    job.log_in(member)
    page, seen, waiting = job.page, set[str](), [url]
    while waiting:
        address = waiting.pop(0)
        kind = re.sub(
            r"(?<=/policy/).+|[0-9a-f]{8}-[-0-9a-f]{27}|\d{4}-\d\d-\d\d|\d+", "0", urlsplit(address).path
        )
        if kind in seen or LEADS_AWAY.search(kind) or not address.startswith(url):
            continue
        seen.add(kind)
        try:
            answer = page.goto(address)
            links = page.eval_on_selector_all(
                "a[href]", "links => links.map(link => link.getAttribute('href'))"
            )
        except BrowserError:  # a file, or a page that leads on by itself
            continue
        if answer and answer.status >= 500:
            say(f"{member.username}: {address} answers {answer.status}")
        waiting += [urljoin(page.url, link).partition("#")[0] for link in links]
        album.take(page, f"{member.username}{re.sub('[^a-z0-9]+', '-', kind.lower()).rstrip('-') or '-home'}")
    page.context.close()


def main(names: list[str]) -> None:
    """Of these people, or of all."""
    os.environ |= {name: os.environ.get(name, "0") for name in PORTS}
    with agency(None, visible=False) as up, chromium() as browser:
        time.sleep(60)  # in which the demo's own reader makes alerts
        up.processes.stop("reader")
        album = Album()
        for member in MEMBERS:
            if not names or member.username in names:
                say(f"{member.full_name} …")
                take_all(browser, up.url, member, album)
    for line in album.differences() or ["Nothing changed."]:
        say(line)


if __name__ == "__main__":
    main(sys.argv[1:])
