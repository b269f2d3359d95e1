"""From a read's arrival at the hub to the alarm's sound in Chromium, whatever page its person has open.

As in the bench of alerts all is real: the hub, its keys, TLS, an enrolled reader that signs its reads, people signed
in, the browser's own sound. A read's time begins just before its request is sent, and ends when the first tone of its
alarm begins; all on one machine, so on one clock."""

from collections.abc import Callable, Iterator
from os import sysconf
from pathlib import Path
from socket import socket
from time import monotonic, time
from typing import TYPE_CHECKING

from plateward.bench.figures import Figure, Progress, at_least, at_most, spread
from plateward.bench.hub import free_nodes, on_the_road, photo, pictures, prepare_hub, running
from plateward.testing.waiting import wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from plateward.demo.agency import Member

IN_THE_VEHICLE = 12  # alarms
VEHICLE_MS = 1_500  # half a second of it may be the wait for a second frame
# Notes for each alarm when its frame was taken and when its first tone begins, and acknowledges it.
EAR_IN_THE_VEHICLE = """
  window.heard = {};
  const start = AudioScheduledSourceNode.prototype.start;
  AudioScheduledSourceNode.prototype.start = function (at) {
    const {alarm, taken} = document.querySelector("#alarms article")?.dataset ?? {};
    if (alarm) heard[alarm] ??= [Number(taken), Date.now() + 1000 * Math.max(0, at - this.context.currentTime)];
    setTimeout(() => document.getElementById("acknowledge")?.click(), 50);
    start.call(this, at);
  };
"""
EACH = 10  # alarms on each page
TARGET_MS = 1_000
PATIENCE_MS = 10_000
# Notes when each tone of an alarm of normal priority begins, in ms since 1970; a lost line has others.
EAR = """
  window.tones = [];
  const start = AudioScheduledSourceNode.prototype.start;
  AudioScheduledSourceNode.prototype.start = function (at) {
    if (this.frequency?.value === 880) tones.push(Date.now() + 1000 * Math.max(0, at - this.context.currentTime));
    start.call(this, at);
  };
"""
SOUNDS = "async () => (await navigator.locks.query()).held.some(({ name }) => name === 'plateward.sound')"
SILENCE = "document.querySelectorAll('.alarm [data-acknowledge]').forEach((one) => one.click())"


def run(progress: Progress) -> list[Figure]:
    """Raises PlatewardError without Chromium, or if the hub does not start."""
    [node] = free_nodes(1)
    folder = prepare_hub()
    from plateward.demo import furnish
    from plateward.demo.agency import MEMBERS, PASSWORD
    from plateward.demo.browser import chromium
    from plateward.demo.furnish import LISTED

    furnish.people(PASSWORD)
    plates = [f"RNG{number:04}" for number in range(1 + EACH * len(_places(1)))]
    listed = [furnish.ListedPlate(plate, "NM", "stolen_vehicle", "normal", False) for plate in plates]
    furnish.hot_list([*listed, *LISTED], folder / "list.csv")
    members = {member.username: member for member in MEMBERS}
    images, coming = pictures(), iter(plates)
    with running(folder, [node]):
        home = folder / "unit"
        furnish.enroll(home, home.name, "Unit 12 rear", node.readers)
        car = furnish.enroll(folder / "car", "car", "Unit 12 front", node.readers)
        with on_the_road(home) as (roadside, hub):

            def passes() -> float:
                """A listed vehicle passes; when its read was sent, in ms since 1970."""
                batch = roadside.batch(photo(roadside, next(coming), *images))
                begun = time() * 1000
                hub.send(batch)
                return begun

            passes()
            places = _places(_alert())
            with chromium() as browser:
                vehicle = _in_the_vehicle(browser, car, members["carla"], progress)
                pages = {name: _signed_in(browser, node.url, members[name]) for name in ("ada", "elena")}
                took = {}
                for place, path, name in places:
                    progress(f"alarms on {place}")
                    took[place] = list(_sounds(pages[name], node.url + path, passes))
    return [*_figures(took), *vehicle]


def _places(alert: int) -> list[tuple[str, str, str]]:
    """Where alarms are to be heard, and by whom."""
    return [
        ("Home", "", "ada"),
        ("Search", "searches/", "ada"),
        ("Map", "map/", "ada"),
        ("another alert", f"alerts/{alert}/", "ada"),
        ("Dispatch", "dispatch/", "elena"),
    ]


def _alert() -> int:
    from plateward.work.alerts.models import Alert

    return Alert.objects.get().pk


def _signed_in(browser: "Browser", url: str, member: "Member") -> "Page":
    from plateward.demo.smoke import Walkthrough

    job = Walkthrough(browser, url, lambda *_: None)
    job.page.add_init_script(EAR)
    job.log_in(member)
    job.page.goto(url)
    job.sound_on()
    return job.page


def _sounds(page: "Page", url: str, passes: Callable[[], float]) -> Iterator[float]:
    """How long each alarm took to sound, in ms; infinite if it did not."""
    from playwright.sync_api import Error, expect

    page.goto(url)
    page.get_by_role("heading", level=1).first.click()  # the browser lets a page sound that was touched
    page.wait_for_function(SOUNDS)
    page.wait_for_function(
        "() => document.documentElement.dataset.alarm !== undefined"
    )  # it knows what rings
    for _ in range(EACH):
        page.evaluate(SILENCE)
        expect(page.locator(".alarm")).to_have_count(0)
        page.wait_for_timeout(300)
        page.evaluate("tones.length = 0")
        begun = passes()
        try:
            page.wait_for_function("() => tones.length > 0", timeout=PATIENCE_MS)
        except Error:
            yield float("inf")
        else:
            yield page.evaluate("Math.min(...tones)") - begun


def _in_the_vehicle(browser: "Browser", home: Path, member: "Member", progress: Progress) -> list[Figure]:
    """From a frame of the demo's video to the sound at the screen of its own reader, on the clock of this machine; and
    what that reader takes meanwhile, recognition included."""
    from plateward.demo.agency import PASSWORD, POSITION
    from plateward.demo.cast import ROAD
    from plateward.demo.processes import Processes, free_port
    from plateward.people.testing import totp_code

    port = free_port(0)
    with Processes(home / "logs") as processes:
        source = ("--source", str(ROAD), "--loop", "--position", POSITION)
        processes.start("car", "plateward", "reader", "--home", str(home), *source, "--screen", str(port))
        page = browser.new_context(ignore_https_errors=True).new_page()
        page.add_init_script(EAR_IN_THE_VEHICLE)
        wait_until(lambda: not _refuses(port))
        page.goto(f"https://localhost:{port}/")
        page.get_by_label("Username").fill(member.username)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_label("One-time code").fill(totp_code(member.secret))
        page.get_by_role("button", name="I agree. Log in").click()
        page.get_by_label("Last reads").wait_for()
        began, used = monotonic(), _cpu_s(processes.pid("car"))
        progress("alarms at the screen in the vehicle")
        page.wait_for_function(f"() => Object.keys(heard).length >= {IN_THE_VEHICLE}", timeout=400_000)
        share = (_cpu_s(processes.pid("car")) - used) / (monotonic() - began)
        took = [at - taken for taken, at in page.evaluate("Object.values(heard)")]
        peak = _status(processes.pid("car"), "VmHWM") / 1024
        page.context.close()
    return [
        *spread("frame to sound in the vehicle", took, "ms", VEHICLE_MS),
        Figure("processors that its reader takes", share, "cores"),
        Figure("memory of its reader, peak", peak, "MiB"),
    ]


def _refuses(port: int) -> bool:
    with socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def _cpu_s(pid: int) -> float:
    times = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(times[11]) + int(times[12])) / sysconf("SC_CLK_TCK")


def _status(pid: int, name: str) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name))


def _figures(took: dict[str, list[float]]) -> list[Figure]:
    every = [each for times in took.values() for each in times]
    return [
        *(
            at_most(f"arrival to sound on {place}, max", max(times), "ms", TARGET_MS)
            for place, times in took.items()
        ),
        *spread("arrival to sound", every, "ms"),
        at_least("alarms heard", sum(each < PATIENCE_MS for each in every), "alarms", len(every)),
    ]
