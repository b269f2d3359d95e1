"""What every detector is: it hears events in order of time and, once a day, that the day is over."""

from collections.abc import Iterable
from datetime import datetime

from plateward.oversight.detectors.records import Suspicion
from plateward.oversight.detectors.signs import Reading, Signs


class Detector:
    """Keeps what it needs in memory. `signs` has people, roster, CAD, thresholds and colleagues' rates. `names`: the
    names of the findings that come of it."""

    names: tuple[str, ...]

    def __init__(self, signs: Signs) -> None:
        self.signs, self.thresholds = signs, signs.thresholds

    def hear(self, reading: Reading) -> Iterable[Suspicion]:  # noqa: ARG002
        """What this event makes one suspect."""
        return ()

    def end_day(self, at: datetime) -> Iterable[Suspicion]:  # noqa: ARG002
        """What one suspects now that the day before `at` (midnight) is over."""
        return ()
