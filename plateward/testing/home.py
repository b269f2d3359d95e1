"""Every test run has its own home, which is removed afterward.

A plugin that pytest loads before all others (`-p`, in pyproject.toml): pytest-django opens the settings, and they a key
ring and a database, before any conftest.py is read. Two runs in one checkout would take each other's database away.
"""

import os
import shutil
import tempfile

HOME = tempfile.mkdtemp(prefix="plateward-test-")
os.environ["PLATEWARD_HOME"] = HOME
for _name in ("PLATEWARD_CONFIG", "PLATEWARD_KEYS"):
    os.environ.pop(_name, None)


def pytest_unconfigure() -> None:
    shutil.rmtree(HOME, ignore_errors=True)
