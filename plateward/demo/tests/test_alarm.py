"""An alert is heard and seen; a queue that lost its connection says so."""

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Route, expect

from plateward.demo.smoke import Walkthrough
from plateward.demo.tests.alerts import alarm, import_list, rung, silence
from plateward.demo.tests.cable import cable
from plateward.demo.tests.live import LiveHub
from plateward.demo.tests.look import MARKING

pytestmark = pytest.mark.browser

# The loudspeaker's output also goes to an analyzer, which keeps the loudest level since each alarm.
EAR = """
  const connect = AudioNode.prototype.connect;
  window.heard = {};
  let ear;
  AudioNode.prototype.connect = function (to, ...more) {
    if (to instanceof AudioDestinationNode) {
      if (!ear) {
        ear = this.context.createAnalyser();
        const wave = new Float32Array(ear.fftSize);
        setInterval(() => {
          ear.getFloatTimeDomainData(wave);
          const { alarmsRung } = document.documentElement.dataset;
          heard[alarmsRung] = Math.max(heard[alarmsRung] ?? 0, ...wave);
        }, 10);
      }
      connect.call(this, ear);
    }
    return connect.call(this, to, ...more);
  };
"""
# How loud it got after this many alarms; 0 if it stays faint for a minute.
LOUDEST = """async (before) => {
  for (let look = 0; look < 6000; look++) {
    const loudest = Math.max(0, ...Object.keys(heard).filter((rung) => rung > before).map((rung) => heard[rung]));
    if (loudest > 0.1) return loudest; // not the first moment of its rise
    await new Promise((again) => setTimeout(again, 10));
  }
  return 0;
}"""
# Records each event's rows, and whether it rang: the demo's own reader may ring at any moment.
EVENTS = """() => {
  window.events = [];
  new MutationObserver((changes) => events.push({
    rows: changes.flatMap((one) => [...one.addedNodes]).map((one) => one.textContent).join(" "),
    rang: changes.some((one) => one.attributeName === "data-alarms-rung"),
  })).observe(document.documentElement, { subtree: true, childList: true, attributeFilter: ["data-alarms-rung"] });
}"""
RANG = "(taken) => events.filter((one) => one.rows.includes(taken)).map((one) => one.rang)"

# The window is behind another; notifications are recorded by their tag.
BEHIND = """
  document.hasFocus = () => false;
  window.shown = {};
  window.Notification = class extends Notification {
    constructor(title, options) {
      super(title, options);
      shown[options.tag] = `${title}: ${options.body}`;
    }
  };
"""


@pytest.mark.clause("5.b/browser", "5.g/source", "5.g/maybe")
def test_an_alert_rings_and_shows_a_banner_until_it_is_acknowledged(
    live_hub: LiveHub, signed_in: Callable[..., Walkthrough]
) -> None:
    job = signed_in("ben")
    page = job.page
    page.add_init_script(EAR)
    page.goto(live_hub.url)
    expect(page.get_by_role("heading", name="Sound is off")).to_be_visible()
    job.sound_on()
    expect(page.get_by_text("Sound is on")).to_be_visible()
    expect(page.get_by_role("heading", name="Sound is off")).to_be_hidden()

    silence(page)
    before = rung(page)
    page.evaluate(EVENTS)
    captured = live_hub.drive_by("GHY851")
    expect(alarm(page, captured)).to_contain_text("High priority, possible hit: Missing person (NCIC)")
    assert rung(page) > before
    assert True in page.evaluate(RANG, captured)
    assert page.evaluate(LOUDEST, before) > 0.1
    job.step("an alarm rings and its banner stays")

    alarm(page, captured).get_by_role("button", name="Acknowledge").click()
    expect(alarm(page, captured)).to_have_count(0)


@pytest.mark.clause("5.b/browser")
def test_what_somebody_is_about_to_press_stays_where_it_is_when_an_alarm_rings(
    live_hub: LiveHub, signed_in: Callable[..., Walkthrough], tmp_path: Path
) -> None:
    plates = ["BCV301", "BCV412", "BCV523", "BCV634"]
    import_list(live_hub, tmp_path, "Catron County", *plates)
    job = signed_in("ben")
    page = job.page
    page.goto(live_hub.url + "alerts/")
    silence(page)

    def ring() -> tuple[Locator, Locator]:
        """The link of the next alert's row, and the button of its alarm."""
        captured = live_hub.drive_by(plates.pop())
        link = page.locator("[data-rows] tr", has_text=captured).get_by_role("link")
        acknowledge = alarm(page, captured).get_by_role("button", name="Acknowledge")
        expect(link).to_have_count(1)
        expect(acknowledge).to_have_count(1)
        return link, acknowledge

    def stays(part: Locator) -> Locator:
        """An alarm rings, and this part of the page is where it was. Returns the alarm's button."""
        at = place(part)
        _, acknowledge = ring()
        assert place(part) == pytest.approx(at, abs=1)  # a screen scrolls by whole pixels
        expect(page.get_by_text(MARKING, exact=True)).to_be_in_viewport(ratio=1)
        return acknowledge

    link, _ = ring()
    link.hover()
    acknowledge = stays(link)
    expect(acknowledge).to_be_in_viewport(ratio=1)
    acknowledge.hover()
    stays(acknowledge)
    job.step("alarms ring while somebody points at one")

    page.set_viewport_size({"width": 390, "height": 844})
    finger = page.context.new_cdp_session(page)
    finger.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    assert page.evaluate("matchMedia('(hover: none)').matches")
    link.scroll_into_view_if_needed()
    expect(stays(link)).to_be_in_viewport(ratio=1)


def place(part: Locator) -> tuple[float, float]:
    """Where on the screen it is."""
    box = part.bounding_box()
    assert box
    return box["x"], box["y"]


@pytest.mark.clause("5.b/browser")
def test_with_sound_off_it_warns_and_the_banner_shows_all_the_same(
    live_hub: LiveHub, signed_in: Callable[..., Walkthrough]
) -> None:
    page = signed_in("ben").page
    page.goto(live_hub.url)
    expect(page.locator("html")).to_have_attribute("data-stream", "open")
    captured = live_hub.drive_by("KTH347")
    expect(alarm(page, captured)).to_contain_text("Normal priority, possible hit: Wanted person (NCIC)")
    expect(page.get_by_role("heading", name="Sound is off")).to_be_visible()
    expect(page.get_by_text("You will not hear new alerts.")).to_be_visible()
    assert rung(page) == 0


@pytest.mark.clause("5.b/which")
def test_an_unsure_read_is_in_the_queue_without_ringing(
    live_hub: LiveHub, signed_in: Callable[..., Walkthrough]
) -> None:
    job = signed_in("ben")
    page = job.page
    page.goto(live_hub.url + "alerts/")
    job.sound_on()
    silence(page)
    page.evaluate(EVENTS)
    captured = live_hub.drive_by("KTH347", sure=False)
    row = page.locator("[data-rows] tr", has_text=captured)
    expect(row).to_contain_text("Unsure read, no alarm")
    rang = page.evaluate(RANG, captured)
    assert rang
    assert True not in rang
    expect(alarm(page, captured)).to_have_count(0)
    job.step("an unsure read stands in the queue")
    row.get_by_role("link").click()
    expect(page.get_by_text("Unsure read.")).to_be_visible()
    # All of the job is on one screen; below it is what is folded.
    step, button = page.locator("section:has(#step-read)"), page.get_by_role("button", name="Confirm plate")
    for part in (page.locator(".plate-image"), page.locator(".vehicle-image"), step, button):
        expect(part).to_be_in_viewport(ratio=1)
    job.step("an alert says that its reader was may not have been sent")


@pytest.mark.clause("5.a/compare", "5.b/which", "5.g/maybe")
def test_a_look_alike_shows_without_sound_and_explains_itself_once_the_plate_is_read(
    live_hub: LiveHub, signed_in: Callable[..., Walkthrough]
) -> None:
    job = signed_in("ben")
    page = job.page
    page.goto(live_hub.url + "alerts/")
    job.sound_on()
    silence(page)
    page.evaluate(EVENTS)
    captured = live_hub.drive_by("6HY8S1")
    row = page.locator("[data-rows] tr", has_text=captured)
    expect(row).to_contain_text("Look-alike characters, no alarm")
    assert True not in page.evaluate(RANG, captured)
    expect(alarm(page, captured)).to_have_count(0)
    job.step("a look-alike stands in the queue")
    row.get_by_role("link").click()
    expect(page.get_by_text("Look-alike characters, no alarm: check closely.")).to_be_visible()
    expect(page.get_by_text("look alike")).to_have_count(0)
    job.read_plate("GHY851", "NM")
    expect(
        page.get_by_text("Read 6 where G is listed (they look alike), S where 5 is listed")
    ).to_be_visible()
    job.step("an alert explains its match")


@pytest.mark.clause("5.b/browser")
def test_a_lost_connection_is_announced_and_missed_alerts_follow(
    live_hub: LiveHub, signed_in: Callable[..., Walkthrough]
) -> None:
    hub = urlsplit(live_hub.url)
    with cable(hub.port or 443) as line:
        job = signed_in("ben", f"https://{hub.hostname}:{line.port}/")
        page = job.page
        page.goto(job.url)
        expect(page.get_by_text("Live", exact=True)).to_be_visible()
        silence(page)
        expect(alarm(page, live_hub.drive_by("GHY851"))).to_be_visible()

        line.cut()
        expect(page.get_by_role("alert")).to_contain_text(
            "Connection lost. You are not receiving new alerts."
        )
        expect(page.get_by_text("Not connected")).to_be_visible()
        job.step("the queue says that it has lost the hub")
        missed = [live_hub.drive_by(plate) for plate in ("GHY851", "KTH347")]
        for captured in missed:
            expect(alarm(page, captured)).to_have_count(0)

        line.mend()
        expect(page.get_by_text("Live", exact=True)).to_be_visible()
        expect(page.get_by_role("alert")).to_be_hidden()
        for captured in missed:
            expect(alarm(page, captured)).to_have_count(1)


@pytest.mark.clause("5.b/browser", "6.j.i/proven")
def test_an_alert_that_was_altered_while_the_queue_is_open_is_said_there(
    live_hub: LiveHub, signed_in: Callable[..., Walkthrough]
) -> None:
    job = signed_in("ben")
    page = job.page
    page.goto(live_hub.url)
    said = page.get_by_role("alert").filter(has_text="somebody altered it in the database")
    expect(page.get_by_text("Live", exact=True)).to_be_visible()
    expect(said).to_be_hidden()
    page.route(
        "**/alerts/stream*",
        lambda route: route.fulfill(
            content_type="text/event-stream", body="event: altered\nid: 1\ndata: {}\n\n"
        ),
    )
    page.reload()
    expect(said).to_be_visible()
    job.step("the queue says that an alert was altered")


@pytest.mark.clause("5.b/browser")
def test_an_alarm_can_be_seen_acknowledged_and_followed_without_sound_or_mouse(
    live_hub: LiveHub, signed_in: Callable[..., Walkthrough], whole_browser: Browser
) -> None:
    job = signed_in("ben", within=whole_browser, maps=True)
    page = job.page
    page.context.grant_permissions(["notifications"], origin=live_hub.url.rstrip("/"))
    page.add_init_script(BEHIND)
    page.goto(live_hub.url + "alerts/")
    expect(page.locator("html")).to_have_attribute("data-stream", "open")
    expect(page.get_by_text("Notifications are on")).to_be_visible()
    silence(page)
    captured = live_hub.drive_by("KTH347")
    expect(alarm(page, captured)).to_be_visible()
    expect(page.locator("html")).to_have_attribute("data-alarm", re.compile("high|normal"))
    expect(page).to_have_title(re.compile(r"^(ALERT )?\(\d+\) Alerts"))
    row = page.locator("[data-rows] tr", has_text=captured)
    tag = f"alert-{row.get_attribute('data-alert')}"
    notification = page.wait_for_function("tag => shown[tag]", arg=tag).json_value()
    assert notification.startswith("Normal priority alert: Possible hit: Wanted person (NCIC). ")
    assert "KTH" not in notification  # others may see the screen
    live_hub.drive_by("KTH347", again=True)
    expect(alarm(page, captured)).to_contain_text(f"2 times since {captured}, last by Unit 14 front")
    for place in (alarm(page, captured), row):
        expect(place).to_contain_text("No start-of-shift check")
    row.get_by_role("link").focus()
    page.keyboard.press("a")
    expect(alarm(page, captured)).to_have_count(0)
    expect(row).to_contain_text("Acknowledged by Ben Begay")
    page.get_by_text("Keys", exact=True).click()
    page.get_by_text("Quiet hours: none").click()
    job.step("an alarm is answered by keyboard")
    row.get_by_role("link").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Trail, list and papers").click()
    page.get_by_role("heading", name="Seen 2 times").click()
    expect(page.locator(".trail li")).to_have_count(2)
    expect(page.locator(".trail-point")).to_have_count(2)
    expect(page.get_by_text("Unit 14 (own reader); Communications")).to_be_visible()
    expect(page.locator("[data-map=ready]")).to_be_visible()
    job.step("an alert shows the trail of its vehicle")


@pytest.mark.clause("AC-2/told")
def test_new_notices_show_on_the_desktop_of_a_browser_where_they_were_turned_on(
    live_hub: LiveHub, signed_in: Callable[..., Walkthrough], whole_browser: Browser
) -> None:
    page = signed_in("ben", within=whole_browser).page
    page.context.grant_permissions(["notifications"], origin=live_hub.url.rstrip("/"))
    page.add_init_script(BEHIND)
    page.clock.install()
    page.goto(live_hub.url + "mail/settings/")
    looked: list[str] = []

    def answer(route: Route) -> None:
        looked.append(route.request.url)
        route.fulfill(json={"upto": 10**9, "count": 2, "lines": ["Alerts: 2"]})

    page.route("**/access/notices/new/?after=*", answer)
    page.clock.run_for(60_000)
    assert looked == [], "nothing is asked before it was turned on"
    page.get_by_role("button", name="Turn on in this browser").click()
    expect(page.get_by_text("On in this browser", exact=True)).to_be_visible()
    page.clock.run_for(30_000)
    # The same place says first that notifications are on.
    page.wait_for_function("() => shown['plateward-notices'] === '2 new notices: Alerts: 2'")
    page.get_by_role("button", name="Turn off").click()
    asked = len(looked)
    page.clock.run_for(60_000)
    assert len(looked) == asked
