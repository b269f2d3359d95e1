"""The parts of the system: one list for the page, *Setup*, the command line, and the administrator's guide."""

import json
import re
import shutil
from collections import namedtuple
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from plateward.core.audit.heads import sign_head
from plateward.core.audit.models import AuditEntry
from plateward.core.jobs.health import Light, Part, Reading, green, parts, read_all
from plateward.core.rooms import declared
from plateward.ground import clock
from plateward.oversight.integrity.actions import _make_states, checks
from plateward.oversight.integrity.models import CheckState
from plateward.people.testing import person, signed_in
from plateward.serve import hub
from plateward.serve.certificate import ensure_certificate
from plateward.serve.doctor import doctor

pytestmark = pytest.mark.django_db
GUIDE = Path(__file__).parents[3] / "docs" / "administrator" / "incidents.md"
Disk = namedtuple("Disk", "total used free")


def of(key: str) -> Reading:
    return next(part.read() for part in parts() if part.key == key)


def page_of(username: str, address: str = "/system/") -> str:
    answer = signed_in(person(username)).get(address)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


@pytest.mark.clause("6.b.i.3/integrity")
def test_each_part_says_what_is_the_case_and_unless_it_is_green_what_to_do() -> None:
    read = read_all(parts())
    lights = [reading.light for _, reading in read]
    assert lights == sorted(lights, key=list(Light).index)
    for part, reading in read:
        assert re.fullmatch(r"\S.*\.", reading.what), part.key
        assert bool(reading.remedy) == (reading.light is not Light.GREEN), part.key
        assert "cannot be checked" not in reading.what, part.key
    assert len({part.key for part, _ in read}) == len(read)


def test_a_part_that_fails_hides_no_other_and_quotes_nothing(caplog: pytest.LogCaptureFixture) -> None:
    def broken() -> Reading:
        raise ValueError("XYZ4071")

    found = read_all([Part("b", "B", "AU-5", lambda: green("Well.")), Part("a", "A", "AU-5", broken)])
    assert [(part.key, reading.light) for part, reading in found] == [("a", Light.RED), ("b", Light.GREEN)]
    assert found[0][1].what == "It cannot be checked (ValueError)."


@pytest.mark.clause("6.b.i.3/integrity", "AU-5/told")
def test_page_and_command_show_the_same_list(capsys: pytest.CaptureFixture[str]) -> None:
    page = page_of("frank")
    assert AuditEntry.objects.filter(event="integrity.view", object="system").exists()
    assert doctor(as_json=True) == 1  # no backup was ever made
    rows = json.loads(capsys.readouterr().out)["parts"]
    assert [row["part"] for row in rows] == [part.key for part, _ in read_all(parts())]
    assert all(f">{row['label']}<" in page for row in rows)
    assert signed_in(person("ada")).get("/system/").status_code == 403
    assert "Before going live" in (setup := page_of("gloria", "/setup/"))
    assert "Tested restore" in setup


def test_the_guide_says_of_each_part_what_its_lights_mean() -> None:
    rows = re.findall(r"^\| \*\*(.+?)\*\* \| (.+?) \| (.+?) \|$", GUIDE.read_text(), re.M)
    assert [name for name, *_ in rows] == sorted(
        (part.label for part in declared("health", "PARTS")), key=str.casefold
    )


@pytest.mark.parametrize(
    ("total", "free", "light"),
    [
        (0, 0, Light.RED),
        (10**12, 4 * 10**10, Light.RED),
        (10**12, 8 * 10**10, Light.AMBER),
        (10**12, 5 * 10**11, Light.GREEN),
        (10**9, 9 * 10**8, Light.RED),
    ],
)
@pytest.mark.clause("AU-5/told")
def test_a_disk_that_is_full_small_or_of_no_size_is_never_green(
    monkeypatch: pytest.MonkeyPatch, total: int, free: int, light: Light
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Disk(total, total - free, free))
    assert of("disk").light is light


@pytest.mark.clause("6.h.ii/reads")
def test_a_clock_that_was_set_back_is_red_and_said_at_the_start() -> None:
    page_of("frank")  # the log has an entry of today
    with clock.set_to(clock.now() - timedelta(days=1000, hours=1)):
        assert of("clock").light is Light.RED
        assert any(line.startswith("RED: Clock. It says") and "1000 days" in line for line in hub.warnings())
    assert of("clock").light is Light.GREEN


@pytest.mark.clause("6.i.i/aes")
def test_what_a_site_declares_of_its_server_is_not_called_encrypted(settings: LazySettings) -> None:
    settings.DATABASE_KIND, settings.DISK_ENCRYPTION = "PostgreSQL", "luks"
    reading = of("encryption")
    assert reading.light is Light.AMBER
    assert "only declared to be encrypted (luks)" in reading.what


@pytest.mark.clause("6.j.i/proven", "AU-9/append")
def test_a_hub_that_owns_its_tables_says_so_before_it_goes_live(settings: LazySettings) -> None:
    settings.DATABASE_KIND, settings.DATABASE_OWNER = "PostgreSQL", ""
    assert of("database_role").light is Light.AMBER
    settings.DATABASE_OWNER = "plateward_owner"
    assert of("database_role").light is Light.GREEN


@pytest.mark.clause("6.i.ii/tls")
def test_a_certificate_that_is_missing_or_ends_soon(settings: LazySettings) -> None:
    ensure_certificate(settings.RING, ["localhost"])
    assert of("certificates").light is Light.GREEN
    with clock.set_to(clock.now() + timedelta(days=385)):
        assert of("certificates").light in (Light.AMBER, Light.RED)
    file = settings.RING.path / "hub.crt"
    kept = file.read_bytes()
    file.unlink()
    try:
        assert of("certificates").light is Light.RED
        assert "hub certificate" in of("certificates").what
    finally:
        file.write_bytes(kept)


@pytest.mark.clause("6.h.ii/storage")
def test_backup_and_tested_restore_age(settings: LazySettings, tmp_path: Path) -> None:
    settings.HOME = tmp_path
    assert (of("backup").what, of("restore").light) == ("Never.", Light.RED)
    noted: dict[str, Any] = {"last_backup": (clock.now() - timedelta(days=3)).isoformat(), "target": "/mnt/b"}
    (tmp_path / "backup.json").write_text(json.dumps(noted))
    assert of("backup") == Reading(Light.AMBER, "3 days ago, /mnt/b.", of("backup").remedy)
    noted |= {"last_verified_restore": (clock.now() - timedelta(days=9)).isoformat()}
    (tmp_path / "backup.json").write_text(json.dumps(noted))
    assert of("restore").light is Light.GREEN


@pytest.mark.clause("AU-9/witnessed", "6.b.i.9/sealed")
@pytest.mark.parametrize("witness", [None, Path("/mnt/elsewhere/heads")])
def test_nothing_of_the_log_is_green_while_no_one_else_holds_its_heads(
    settings: LazySettings, witness: Path | None
) -> None:
    sign_head()
    _make_states(checks())
    CheckState.objects.update(
        ended_at=clock.now(), ran_at=clock.now(), next_round_at=clock.now() + timedelta(days=1)
    )
    settings.WITNESS = witness
    light = Light.GREEN if witness else Light.AMBER
    assert [of(key).light for key in ("log", "integrity", "witnesses")] == [light] * 3
