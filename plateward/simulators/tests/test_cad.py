"""The simulated CAD as a process, and how it speaks EIDO."""

import json
import os
import signal
import ssl
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from plateward.ground.vault.authority import Authority
from plateward.ground.vault.keyring import KeyRing
from plateward.simulators.cad import CadMode, CadSimulator, SimulatedIncident, eido
from plateward.testing.waiting import WITHIN


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, Path, Path]:
    home = tmp_path_factory.mktemp("site")
    authority = Authority.create(KeyRing.create(home / "keys"))
    certificate, key = home / "cad.pem", home / "cad.key"
    for path, pem in zip((certificate, key), authority.issue_server(["127.0.0.1"]), strict=True):
        path.write_text(pem)
    return ssl.create_default_context(cadata=authority.certificate_pem), certificate, key


def get(trust: ssl.SSLContext, port: int, path: str) -> httpx.Response:
    return httpx.get(f"https://127.0.0.1:{port}{path}", verify=trust, trust_env=False, timeout=WITHIN)


def test_it_answers_as_eidos_dereference_service(site: tuple[ssl.SSLContext, Path, Path]) -> None:
    trust, *files = site
    with CadSimulator([SimulatedIncident("2026-00412", "Robbery")], *files) as cad:
        document = get(trust, cad.port, "/EIDO/2026-00412").json()
        assert document["incidentComponent"]["incidentTypeCommonRegistryText"] == "Robbery"
        assert document["incidentComponent"]["internalIncidentId"] == "2026-00412"
        assert document["agencyComponent"][0]["$id"] == document["updatedByAgencyReference"]["$ref"]
        assert get(trust, cad.port, "/EIDO/2026-00413").status_code == 404
        assert get(trust, cad.port, "/EIDO/").status_code == 404
        assert get(trust, cad.port, "/other/2026-00412").status_code == 404
        cad.mode = CadMode.ERROR
        assert get(trust, cad.port, "/EIDO/2026-00412").status_code == 503


def test_it_is_scripted_while_it_runs(site: tuple[ssl.SSLContext, Path, Path]) -> None:
    trust, *files = site

    def post(path: str, body: object, key: str = "one") -> httpx.Response:
        url, headers = f"https://127.0.0.1:{cad.port}{path}", {"Idempotency-Key": key}
        return httpx.post(url, json=body, headers=headers, verify=trust, trust_env=False, timeout=WITHIN)

    with CadSimulator([], *files) as cad:
        document = eido(SimulatedIncident("x"))
        number = post("/EIDO", document).json()["incidentComponent"]["internalIncidentId"]
        assert post("/script", {"assign": [number, "Unit 14"], "close": number}).status_code == 204
        document = get(trust, cad.port, f"/EIDO/{number}").json()
        assert document["incidentComponent"]["incidentStatusCommonRegistryText"] == ["Closed"]
        assert [unit["emergencyResourceName"] for unit in document["emergencyResourceComponent"]] == [
            "Unit 14"
        ]
        assert post("/script", {"mode": "stale"}).status_code == 204
        late = get(trust, cad.port, f"/EIDO/{number}").json()
        assert late["incidentComponent"]["incidentStatusCommonRegistryText"] == ["Active"]
        assert post("/script", {"mode": "normal", "forget": number}).status_code == 204
        assert get(trust, cad.port, f"/EIDO/{number}").status_code == 404
        for wrong in ({"mode": "tired"}, {"close": "2026-1"}):
            assert post("/script", wrong).status_code == 400
        assert post("/EIDO", document, key="").status_code == 400
        assert post("/EIDO", {"$id": "x"}, key="two").status_code == 400
        assert post("/other", document).status_code == 404


def _command(files: list[Path], incidents: Path, port: int) -> list[str]:
    line = [sys.executable, "-m", "plateward.simulators.cad", "--port", str(port)]
    return [*line, "--incidents", str(incidents), "--cert", str(files[0]), "--key", str(files[1])]


def test_as_a_process_it_answers_and_stops_cleanly_on_sigterm(
    site: tuple[ssl.SSLContext, Path, Path], tmp_path: Path
) -> None:
    trust, *files = site
    incidents = tmp_path / "incidents.json"
    incidents.write_text(json.dumps([{"number": "2026-00412"}]))
    with subprocess.Popen(_command(files, incidents, 0), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        port = int(process.stdout.readline().rsplit(":", 1)[1])
        assert get(trust, port, "/EIDO/2026-00412").status_code == 200
        os.kill(process.pid, signal.SIGTERM)
        assert process.wait(WITHIN) == 0


@pytest.mark.parametrize(("content", "words"), [("[{}]", "number"), (None, "No such file")])
def test_as_a_process_that_cannot_run_it_says_why_in_one_line(
    site: tuple[ssl.SSLContext, Path, Path], tmp_path: Path, content: str | None, words: str
) -> None:
    _, *files = site
    incidents = tmp_path / "incidents.json"
    if content is not None:
        incidents.write_text(content)
    done = subprocess.run(_command(files, incidents, 0), capture_output=True, text=True, check=False)
    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert words in line
