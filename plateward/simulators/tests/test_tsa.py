"""The simulated timestamp authority as a process."""

import os
import signal
import ssl
import subprocess
import sys
from pathlib import Path

from plateward.ground.links.timestamping import ask_timestamp


def test_it_runs_by_its_command_and_openssl_accepts_its_timestamps(tmp_path: Path) -> None:
    folder, response, content = tmp_path / "tsa", tmp_path / "timestamp.tsr", tmp_path / "content"
    line = [sys.executable, "-m", "plateward.simulators.tsa", "--port", "0", "--folder", str(folder)]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            port = process.stdout.readline().rpartition(":")[2].strip()
            content.write_bytes(b"what existed")
            response.write_bytes(
                ask_timestamp(
                    f"http://127.0.0.1:{port}/tsa", content.read_bytes(), ssl.create_default_context()
                )
            )
        finally:
            os.kill(process.pid, signal.SIGTERM)
    assert process.returncode == 0
    check = ["openssl", "ts", "-verify", "-CAfile", str(folder / "ca.pem")]
    check += ["-in", str(response), "-data", str(content)]
    assert subprocess.run(check, check=False, capture_output=True).returncode == 0
    content.write_bytes(b"what came later")
    assert subprocess.run(check, check=False, capture_output=True).returncode != 0
