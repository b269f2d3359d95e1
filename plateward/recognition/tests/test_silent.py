import os
import subprocess
import sys
from pathlib import Path

# What onnxruntime would not tell of in any case: it is silent in a CI and in its own tests.
SILENCED = ("CI", "ORT_DISABLE_TELEMETRY", "ORT_RUNNING_UNIT_TESTS", "TF_BUILD", "GITHUB_ACTIONS")


def test_an_engine_tells_its_makers_nothing_and_leaves_no_trace(tmp_path: Path) -> None:
    """Without its telemetry switched off, it writes an id of the device and a database of what is to be sent."""
    environment = {name: value for name, value in os.environ.items() if name not in SILENCED}
    environment |= {"HOME": str(tmp_path), "XDG_CACHE_HOME": ""}
    program = "from plateward.recognition.plates import PlateEngine; PlateEngine(1)"
    subprocess.run([sys.executable, "-c", program], env=environment, check=True, timeout=120)
    assert not [*tmp_path.rglob("*")]
