import pytest

from plateward.oversight.detectors.records import EventKind, LogEvent
from plateward.oversight.detectors.testing import BEGIN, watched


@pytest.mark.parametrize(
    ("what", "found"),
    [
        ("audit log export turned off", True),
        ("Reason field made optional", True),
        ("misuse detectors disabled for admins", True),
        ("detectors weakened: threshold vague reasons.searches set from 5 to 12", True),
        ("retention of the search log: 365 to 7 days", True),
        ("audit log export turned back on", False),
        ("camera 12 turned off", False),
        ("password reset", False),
        ("audit log settings reviewed, kept", False),
        ("login page text", False),
    ],
)
def test_a_setting_by_which_misuse_is_seen_is_told_at_once_outside_the_chain(
    what: str, *, found: bool
) -> None:
    findings = watched([LogEvent(BEGIN, "gloria", EventKind.CONFIGURATION, what=what)])
    assert [(f.detector, f.to) for f in findings] == [
        ("oversight weakened", ("inspector general", "CJIS officer"))
    ] * found
