"""Packages of a log whose key was rotated are verified by the key that somebody was given before."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from django.conf import settings

from plateward.core.audit.succession import Announcement, announcement
from plateward.core.audit.testing import follow_log_key, rotating_ring
from plateward.core.audit.witnesses.cosigned import log_origin, log_signers
from plateward.ground import clock
from plateward.ground.vault.keyring import KeyRing
from plateward.ground.vault.versions import RotatingKey
from plateward.people.actor import PersonActor
from plateward.work.alerts.models import Alert
from plateward.work.evidence.testing import build_package
from plateward.work.evidence.tests.guide import commands, run
from plateward.work.evidence.verify.container import Container, ContainerWriter
from plateward.work.evidence.verify.findings import PackageFinding
from plateward.work.evidence.verify.layout import LOG_ANNOUNCED
from plateward.work.evidence.verify.package import verify_package
from plateward.work.evidence.verify.trust import Trust

pytestmark = [pytest.mark.django_db, pytest.mark.clause("6.h.iv/verified", "6.b.i.9/sealed")]
Forge = Callable[[list[Announcement]], list[Announcement]]


@pytest.fixture
def ring(settings: Any, tmp_path: Path) -> KeyRing:
    return rotating_ring(settings, tmp_path)


@pytest.fixture
def first(ring: KeyRing, tmp_path: Path) -> Path:
    """The key that a verifier was given, before any rotation."""
    path = tmp_path / "log.key"
    path.write_text(f"{log_signers(log_origin([]))[0].key}\n")
    return path


def by_hand(package: Path, folder: Path) -> str:
    """What the guide's program for the log says of it, with the first key."""
    shutil.rmtree(folder / "package", ignore_errors=True)
    result = run(f"unzip -q {package.name} -d package\ncd package/*/data\n{commands()[-1]}", folder)
    return result.stdout + result.stderr + f"exit {result.returncode}"


def rotate(ring: KeyRing, ada: PersonActor) -> str:
    """The older key is erased."""
    new = follow_log_key(ring, ada)
    ring.versions.retire(RotatingKey.LOG, clock.now())
    return new


def of_log(path: Path, key: Path) -> list[PackageFinding]:
    """What is said of custody and log."""
    found = verify_package(path, Trust.load(log_key=key)).findings
    return [finding for finding in found if finding.check in ("custody", "log")]


def test_the_first_key_verifies_one_from_before_and_after_each_rotation(
    ring: KeyRing, first: Path, alert: Alert, ada: PersonActor, tmp_path: Path
) -> None:
    for number in range(3):
        signer = rotate(ring, ada) if number else ""
        package = build_package(alert, tmp_path / f"{number}.zip", by=ada).path
        custody, log = of_log(package, first)
        assert (custody.state, log.state) == ("ok", "ok")
        assert f"signed by {signer}, which followed the key that you trust" in log.says or not signer
        said = by_hand(package, tmp_path)
        assert said.count("Signature Verified Successfully") == number + 1
        assert "events in one chain" in said
        assert said.endswith("exit 0")


@pytest.mark.parametrize(
    "forge",
    [
        lambda links: [],
        lambda links: links[1:],
        lambda links: links[:1],
        lambda links: [msgspec.structs.replace(links[0], new_key=links[1].new_key)],
        lambda links: [_by_a_stranger(links[0].old_key), *links[1:]],
    ],
    ids=["none", "a gap", "not to the end", "altered", "by a stranger"],
)
def test_a_chain_that_does_not_lead_there_is_refused(
    ring: KeyRing, first: Path, alert: Alert, ada: PersonActor, tmp_path: Path, forge: Forge
) -> None:
    rotate(ring, ada)
    rotate(ring, ada)
    package = build_package(alert, tmp_path / "it.zip", by=ada).path
    forged = tmp_path / "forged.zip"
    with Container.open(package) as container, forged.open("wb") as file:
        writer = ContainerWriter(file)
        for name in container.files:
            content = container.read(name)
            if name.endswith(f"/{LOG_ANNOUNCED}"):
                links = msgspec.json.decode(content, type=list[Announcement])
                content = msgspec.json.encode(forge(links))
            writer.add(name, content)
        writer.close()
    says = [finding.says for finding in of_log(forged, first) if finding.state == "wrong"]
    assert any("nor by one that followed it" in each for each in says), says
    said = by_hand(forged, tmp_path)
    assert "WRONG: " in said
    assert said.endswith("exit 1")


def _by_a_stranger(old: str) -> Announcement:
    thief, new = settings.RING.signing("thief"), settings.RING.signing("audit")
    return Announcement(**announcement(thief, new) | {"old_key": old})
