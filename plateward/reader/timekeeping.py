"""How far this machine's clock may be off, according to the kernel and whatever sets it (chrony, timesyncd, ntpd)."""

import ctypes
import math
import os
from datetime import timedelta

from plateward.ground.policy.trace import enforces

UNSYNCHRONIZED = 0x40  # STA_UNSYNC
MOST_MS = 86_400_000  # ms, a day: beyond that a clock is useless
LATE_MS = 1000  # a GPS receiver may say the time so much later


class Timex(ctypes.Structure):
    """`struct timex` of adjtimex(2), the part that is read; the rest of its 208 bytes is space for the kernel."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),  # microseconds
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_char * 256),
    )


def _kernel_clock() -> Timex | None:
    """The kernel's answer; None on kernels without the call (Linux alone has it)."""
    library = ctypes.CDLL(None)  # the process's C library
    timex = Timex(modes=0)  # reads, sets nothing
    if not hasattr(library, "adjtimex") or library.adjtimex(ctypes.byref(timex)) < 0:
        return None
    return timex


@enforces("5.c/data", "5.i/record")
def clock_error_ms(ahead: timedelta | None = None) -> int | None:
    """The most that the clock may be off, in milliseconds; None if nobody knows. `ahead`: of GPS time, if it was heard;
    it counts where nothing sets the clock, or where it contradicts what does."""
    kernel = _kernel_clock() if os.name == "posix" else None
    error = None
    if kernel is not None and not kernel.status & UNSYNCHRONIZED:
        error = math.ceil(kernel.maxerror / 1000)
    if ahead is not None:
        by_gps = math.ceil(abs(ahead) / timedelta(milliseconds=1)) + LATE_MS
        if error is None or by_gps > error + 2 * LATE_MS:
            error = by_gps
    return None if error is None else min(MOST_MS, error)
