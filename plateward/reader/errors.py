"""What stops a reader from starting or going on, each in one clear sentence."""

from plateward.errors import PlatewardError


class NotReady(PlatewardError):
    """The reader was not set up for what was asked: not enrolled, or a bad option."""


class SourceError(PlatewardError):
    """The camera, the video or the folder gives no images."""


class HotListRefused(PlatewardError):
    """A hot list, or a change of one, that did not come from the hub, or does not fit the one at hand."""


class NotStored(PlatewardError):
    """The disk did not take the read in hand."""


class HubAway(PlatewardError):
    """The hub gave no usable answer; the same is sent again later."""


class HubRefuses(HubAway):
    """The hub answers, and takes nothing of this reader. `final`: until a person acts."""

    def __init__(self, message: str, *, final: bool) -> None:
        super().__init__(message)
        self.final = final


class NotMadeYet(PlatewardError):
    """The hub answers, but what was asked for is still in the making."""


class BatchRefused(PlatewardError):
    """The hub cannot read this batch, and would not the next time either."""
