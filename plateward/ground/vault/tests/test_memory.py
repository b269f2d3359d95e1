"""A process that holds keys leaves no core dump."""

import subprocess
import sys

import pytest

GET_DUMPABLE = 3  # linux/prctl.h
LOOK = f"""
import ctypes, resource, sys
import plateward.cli as cli
resource.setrlimit(resource.RLIMIT_CORE, (resource.getrlimit(resource.RLIMIT_CORE)[1],) * 2)
cli.app = lambda **_: print(resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl({GET_DUMPABLE}))
cli.main()
"""


@pytest.mark.clause("6.i.i/aes", "6.i.i/keys", "SC-28/ring", "SC-28/data")
@pytest.mark.skipif(sys.platform != "linux", reason="the second figure is Linux's")
def test_no_command_leaves_one_whatever_the_shell_allows() -> None:
    output = subprocess.run([sys.executable, "-c", LOOK], capture_output=True, text=True, check=True).stdout
    assert output == "(0, 0) 0\n"
