"""A simulated state message switch with NCIC, FMCSA's vehicle status and other agencies behind it, which can also be
slow, wrong or down.

    python -m plateward.simulators.ncic --port 8450 --cert switch.pem --key switch.key --records plates.json

`plates.json` is a list of objects with the fields of `RecordOnFile`, and `--trucks` one of `Truck`; both are read again
when they change. It runs until SIGTERM or Ctrl-C. It shares no parsing with the client, so that neither hides the
other's mistakes.
"""

from plateward.simulators.ncic.records import NcicMode, RecordOnFile, Reply, SwitchQuestion, Truck
from plateward.simulators.ncic.server import NcicSimulator

__all__ = ["NcicMode", "NcicSimulator", "RecordOnFile", "Reply", "SwitchQuestion", "Truck"]
