"""The base of every error that is meant for a person to read."""


class PlatewardError(Exception):
    """Something a person must be told: what happened, which clause asks for it, what to do."""


class ActError(PlatewardError):
    """An act that was not done: nothing changed, and the sentence says why. `field`: the name of the form's field that
    it is about, where it is about one."""

    field = ""

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field or self.field
