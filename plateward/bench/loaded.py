"""A signed hot list loaded as in a reader: seconds on one core, and the peak growth of the process in megabytes.

`python -m plateward.bench.loaded FILE KEY`, with the hub's public key in hexadecimal, prints them as JSON. It runs in
its own process, since memory freed earlier would hide new use."""

import json
import re
import sys
import time
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from plateward.matching.engine import HotListIndex
from plateward.wire.hotlist import decode_hotlist, open_hotlist


def memory(field: str) -> float:
    """Megabytes of this process: "VmRSS" is resident, "VmHWM" the peak."""
    match = re.search(rf"{field}:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(match[1]) / 1000 if match else 0.0


def main(file: str, key: str) -> None:
    before = memory("VmRSS")
    hub = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
    begun = time.process_time()
    index = HotListIndex.of(open_hotlist(hub, decode_hotlist(Path(file).read_bytes())))
    seconds = time.process_time() - begun
    result = {"entries": len(index), "seconds": seconds, "megabytes": memory("VmHWM") - before}
    print(json.dumps(result))  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
