"""The time that processes spent on the processor: steadier than a clock's on a machine that does other work."""

import os
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")


def processor_s(pid: int) -> float:
    """Seconds that this process and its living descendants spent, in the program and in the system."""
    # Fields 14 and 15 of proc(5)'s stat; the second, a name in parentheses, may have spaces.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK + sum(map(processor_s, _children(pid)))


def child_running(pid: int, word: str) -> int:
    """The child of this process that has the word in its command line. Raises LookupError if there is none."""
    for child in _children(pid):
        if word in Path(f"/proc/{child}/cmdline").read_text():
            return child
    raise LookupError(f"No child of process {pid} runs {word}.")


def _children(pid: int) -> list[int]:
    threads = Path(f"/proc/{pid}/task").iterdir()
    return [int(child) for thread in threads for child in (thread / "children").read_text().split()]
