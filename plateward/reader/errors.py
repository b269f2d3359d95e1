"""What stops a reader from starting or going on, each in a clear sentence."""

from plateward.ground.errors import PlatewardError


class NotReady(PlatewardError):
    """The reader is not set up for this: not enrolled, or a bad option."""


class SourceError(PlatewardError):
    """The camera, the video or the folder gives no images."""


class HotListRefused(PlatewardError):
    """A hot list or change that did not come from the hub, or does not fit the current list."""


class PlacementRefused(PlatewardError):
    """A placement that did not come from the hub, or is not this reader's current one."""


class CertificateRefused(PlatewardError):
    """A new certificate that did not come from the hub, or is not for this reader."""


class NotStored(PlatewardError):
    """The disk did not store the current read."""


class HubAway(PlatewardError):
    """The hub gave no usable answer; the same request is sent again later."""


class HubRefuses(HubAway):
    """The hub answers, but accepts nothing from this reader. `final`: until a person acts."""

    def __init__(self, message: str, *, final: bool) -> None:
        super().__init__(message)
        self.final = final


class NotMadeYet(PlatewardError):
    """The hub answers, but is still making the list."""


class BatchRefused(PlatewardError):
    """The hub cannot read this batch, and would not the next time either."""
