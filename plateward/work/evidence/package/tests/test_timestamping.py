"""A package without its timestamp says so, and gets it as soon as the authority answers."""

from datetime import timedelta
from pathlib import Path

import pytest

from plateward.ground import clock
from plateward.people.actor import PersonActor
from plateward.simulators.tsa import TsaMode
from plateward.testing.served import timestamping
from plateward.work.alerts.models import Alert
from plateward.work.evidence.package.evidence import facts
from plateward.work.evidence.package.models import Package
from plateward.work.evidence.package.timestamping import add_timestamp, ask_again
from plateward.work.evidence.testing import build_package, trust_files
from plateward.work.evidence.verify.container import Container, ContainerWriter, NotAPackage
from plateward.work.evidence.verify.package import verify_package
from plateward.work.evidence.verify.trust import Trust

pytestmark = [pytest.mark.django_db, pytest.mark.clause("6.a.iv/download")]

PROBLEMS = {
    TsaMode.DOWN: "It could not be reached (Server disconnected",
    TsaMode.SILENT: "It did not answer within 0.3 seconds.",
    TsaMode.REFUSING: "It refuses (status 2",
    TsaMode.NONSENSE: "It answers with something that is no timestamp.",
}


@pytest.mark.both_databases
@pytest.mark.parametrize("mode", PROBLEMS)
def test_it_is_made_while_the_authority_is_away(
    ada: PersonActor, alert: Alert, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: TsaMode
) -> None:
    path = tmp_path / "it.zip"
    with timestamping(mode) as authority:
        with monkeypatch.context() as impatient:
            if mode is TsaMode.SILENT:
                impatient.setattr("plateward.ground.links.timestamping.WAIT_S", 0.3)
            result = build_package(alert, path, by=ada)
        assert not result.timestamped
        package = Package.objects.get()
        assert package.problem_text.startswith(PROBLEMS[mode])
        trust = Trust.load(**trust_files(tmp_path, authority.authority))
        waits = "not established: since when the package exists: it waits for its timestamp"
        assert verify_package(path, trust).problem == waits
        assert not add_timestamp(path)
        with clock.set_to(clock.now() + timedelta(seconds=1)):
            assert ask_again() == 0
        assert Package.objects.get().tries == 1
        authority.mode = TsaMode.NORMAL
        assert ask_again() == 0  # not due yet
        with clock.set_to(clock.now() + timedelta(minutes=2)):
            assert ask_again() == 1
        assert add_timestamp(path)
        assert add_timestamp(path)  # it has it now
    assert verify_package(path, trust).verified
    assert [file.name for file in tmp_path.iterdir() if "zip" in file.name] == ["it.zip"]


def test_a_timestamp_of_something_else_is_not_taken(ada: PersonActor, alert: Alert, tmp_path: Path) -> None:
    with timestamping() as authority:
        build_package(alert, tmp_path / "first.zip", by=ada)
        authority.mode = TsaMode.OTHER
        build_package(alert, tmp_path / "it.zip", by=ada)
    assert Package.objects.latest("pk").problem_text.startswith("It answers another question")


@pytest.mark.parametrize("off", [timedelta(days=1), -timedelta(days=1)])
def test_a_clock_that_was_moved_is_noticed(
    ada: PersonActor, alert: Alert, tmp_path: Path, off: timedelta
) -> None:
    with timestamping(), clock.set_to(clock.now() + off):
        assert not build_package(alert, tmp_path / "it.zip", by=ada).timestamped
    assert "which is not the hub's time" in Package.objects.get().problem_text


def test_without_an_authority_it_waits_and_the_report_says_so(
    ada: PersonActor, alert: Alert, tmp_path: Path
) -> None:
    result = build_package(alert, tmp_path / "it.zip", by=ada)
    with Container.open(result.path) as container:
        assert b"no timestamp yet" in container.read("timestamp-waits.txt")
    assert ask_again() == 0
    (stated,) = facts()
    assert stated.figures == {"packages": 1, "waiting_packages": 1}
    assert not stated.attention
    with clock.set_to(clock.now() + timedelta(days=2)):
        assert "without a timestamp for more than a day: 1" in next(facts()).attention


@pytest.mark.parametrize("files", [{"bag/data/x": b""}, {"bag/tagmanifest-sha256.txt": b"\xff"}])
def test_a_foreign_file_gets_none(tmp_path: Path, files: dict[str, bytes]) -> None:
    path = tmp_path / "it.zip"
    with path.open("wb") as file:
        writer = ContainerWriter(file)
        for name, content in files.items():
            writer.add(name, content)
        writer.close()
    with pytest.raises(NotAPackage, match="is missing or was altered"):
        add_timestamp(path)
