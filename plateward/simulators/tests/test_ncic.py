import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from plateward.ground.links.ncic.messages import new_id
from plateward.ground.links.ncic.query import NcicAnswer, NcicQuery, QueryOutcome
from plateward.ground.links.ncic.switch import Switch
from plateward.ground.links.secure import strong_context
from plateward.ground.vault.authority import Authority
from plateward.ground.vault.keyring import KeyRing
from plateward.simulators.ncic import NcicMode, NcicSimulator, RecordOnFile
from plateward.testing.waiting import WITHIN

STOLEN = RecordOnFile(
    "TOT123", "NM", nic="V123456789", ori="NM0120000", year="2019", make="FORD", color="BLU"
)
PLATES = [
    STOLEN,
    RecordOnFile("TOT123", "NM", reason="STOLEN PLATE", nic="P000000001"),
    RecordOnFile("AMB911", "NM", reason="AMBER ALERT", nic="A000000001"),
    RecordOnFile("BUSY01", "NM", mode=NcicMode.SILENT),
]


class Site:
    """The simulator's certificate, and a context that trusts it."""

    def __init__(self, home: Path) -> None:
        authority = Authority.create(KeyRing.create(home / "keys"))
        self.trust = strong_context(authority.certificate_pem)
        self.certificate, self.key = home / "switch.pem", home / "switch.key"
        certificate, key = authority.issue_server(["127.0.0.1"])
        self.certificate.write_text(certificate)
        self.key.write_text(key)

    def ask(self, port: int, plate: str, state: str = "NM", timeout: float = WITHIN) -> NcicAnswer:
        query = NcicQuery(new_id(), plate, state, "NM0000000", "Ada Archuleta", "Stolen vehicle hit")
        return Switch("127.0.0.1", port, self.trust, timeout).query(query)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return Site(tmp_path_factory.mktemp("site"))


@pytest.fixture
def switch(site: Site) -> Iterator[NcicSimulator]:
    with NcicSimulator(PLATES, site.certificate, site.key, delay=0.0) as simulator:
        yield simulator


@pytest.mark.clause("5.h/query")
def test_a_plate_on_file_is_a_hit_with_all_its_records(site: Site, switch: NcicSimulator) -> None:
    answer = site.ask(switch.port, "T0T123")
    assert answer.outcome is QueryOutcome.HIT
    assert [record.nic for record in answer.records] == ["V123456789", "P000000001"]
    assert (answer.records[0].make, answer.records[0].year, answer.records[0].model) == ("FORD", "2019", "")


@pytest.mark.clause("5.h/query")
@pytest.mark.parametrize(("plate", "state"), [("AMB912", "NM"), ("AMB911", "TX")])
def test_another_plate_or_state_is_no_record(
    site: Site, switch: NcicSimulator, plate: str, state: str
) -> None:
    assert site.ask(switch.port, plate, state).outcome is QueryOutcome.NO_RECORD


def test_the_switch_sees_who_asks_and_why(site: Site, switch: NcicSimulator) -> None:
    site.ask(switch.port, "AMB911")
    [text] = switch.queries
    assert text.endswith("LIC/AMB911.LIS/NM.ATN/ADA ARCHULETA STOLEN VEHICLE HIT")


@pytest.mark.parametrize(
    ("mode", "outcome"),
    [
        (NcicMode.GARBLED, QueryOutcome.GARBLED),
        (NcicMode.OTHER_ANSWER, QueryOutcome.GARBLED),
        (NcicMode.REFUSE, QueryOutcome.DOWN),
        (NcicMode.SLOW, QueryOutcome.HIT),
        (NcicMode.NORMAL, QueryOutcome.HIT),
    ],
)
def test_it_can_be_wrong_and_be_set_right_while_it_runs(
    site: Site, switch: NcicSimulator, mode: NcicMode, outcome: QueryOutcome
) -> None:
    switch.mode = mode
    assert site.ask(switch.port, "AMB911").outcome is outcome
    switch.mode = NcicMode.NORMAL
    assert site.ask(switch.port, "AMB911").outcome is QueryOutcome.HIT


@pytest.mark.parametrize("mode", [NcicMode.SLOW, NcicMode.SILENT])
def test_it_can_be_too_slow_and_still_stops_at_once(site: Site, mode: NcicMode) -> None:
    with NcicSimulator(PLATES, site.certificate, site.key, mode=mode, delay=3600) as simulator:
        assert site.ask(simulator.port, "AMB911", timeout=0.3).outcome is QueryOutcome.DOWN


def test_one_plate_can_go_unanswered_while_others_are(site: Site, switch: NcicSimulator) -> None:
    assert site.ask(switch.port, "BUSY01", timeout=0.3).outcome is QueryOutcome.DOWN
    assert site.ask(switch.port, "AMB911").outcome is QueryOutcome.HIT


@pytest.mark.clause("6.i.ii/tls")
def test_plain_tcp_and_nonsense_get_no_answer(site: Site, switch: NcicSimulator) -> None:
    with socket.create_connection(("127.0.0.1", switch.port), WITHIN) as plain:
        plain.sendall(b"\x021N01A.QV.NM0000000.LIC/AMB911.LIS/NM\x03")
        with suppress(ConnectionResetError):
            assert b"AMB911" not in plain.recv(4096)
    with (
        socket.create_connection(("127.0.0.1", switch.port), WITHIN) as plain,
        site.trust.wrap_socket(plain, server_hostname="127.0.0.1") as connection,
    ):
        connection.sendall(b"\x02DROP EVERYTHING\x03")
        assert connection.recv(4096) == b""
    assert site.ask(switch.port, "AMB911").outcome is QueryOutcome.HIT


def _command(site: Site, records: Path, port: int) -> list[str]:
    command = [sys.executable, "-m", "plateward.simulators.ncic", "--port", str(port)]
    return [*command, "--records", str(records), "--cert", str(site.certificate), "--key", str(site.key)]


def test_as_a_process_it_answers_and_stops_cleanly_on_sigterm(site: Site, tmp_path: Path) -> None:
    records = tmp_path / "plates.json"
    records.write_text(json.dumps([{"plate": "AMB911", "state": "NM", "reason": "AMBER ALERT"}]))
    with subprocess.Popen(_command(site, records, 0), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        port = int(process.stdout.readline().rsplit(":", 1)[1])
        assert site.ask(port, "AMB911").outcome is QueryOutcome.HIT
        os.kill(process.pid, signal.SIGTERM)
        assert process.wait(WITHIN) == 0


@pytest.mark.parametrize(("content", "words"), [("[]", "in use"), ("[{}]", "plate"), (None, "No such file")])
def test_as_a_process_that_cannot_run_it_says_why_in_one_line(
    site: Site, switch: NcicSimulator, tmp_path: Path, content: str | None, words: str
) -> None:
    records = tmp_path / "plates.json"
    if content is not None:
        records.write_text(content)
    done = subprocess.run(_command(site, records, switch.port), capture_output=True, text=True, check=False)
    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert words in line
