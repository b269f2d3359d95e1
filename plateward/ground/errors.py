"""Base classes of errors that a person reads."""


class PlatewardError(Exception):
    """An error message for a person: what happened, which clause requires it, what to do."""


class HubMustStop(PlatewardError):
    """What the hub stands on is not what it was: whatever it was doing, it does nothing more."""


class ActError(PlatewardError):
    """An act was not done: nothing changed, and the message says why. `field`: the name of the form's field
    that it concerns, if any."""

    field = ""

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field or self.field
