"""The steps of a start-of-shift check. Pure."""

from dataclasses import dataclass
from enum import StrEnum

MOST_WORDS = 500  # characters for what is wrong with one step


class CheckStep(StrEnum):
    """The steps, in the page's order."""

    PICTURE = "picture"
    PLATE = "plate"
    TIME = "time"
    POSITION = "position"
    HOT_LIST = "hot_list"
    ALARM = "alarm"


@dataclass(frozen=True)
class StepGuide:
    """A step in words: its name, what must be true, and how to see that."""

    name: str
    asks: str
    how: str


GUIDE = {
    CheckStep.PICTURE: StepGuide(
        "Picture",
        "The camera is clean and aimed, and the picture shows the road.",
        "Wipe the glass, check that the mount is tight, then check the picture.",
    ),
    CheckStep.PLATE: StepGuide(
        "Plates",
        "A known plate is read correctly.",
        "Aim at a parked vehicle, such as your own, and compare its plate with what the reader shows.",
    ),
    CheckStep.TIME: StepGuide(
        "Time",
        "The reader shows the correct time.",
        "Compare it with a reliable clock, or reload this page: it shows the system time.",
    ),
    CheckStep.POSITION: StepGuide(
        "Position", "The reader shows your location.", "Compare it with your vehicle's map."
    ),
    CheckStep.HOT_LIST: StepGuide(
        "Hot list",
        "The reader has the current hot list.",
        "Shown here: the list that the reader last requested.",
    ),
    CheckStep.ALARM: StepGuide(
        "Alarm",
        "You hear and see the alarm.",
        "Turn on sound under Alerts and press Test; ring the reader too, if it can.",
    ),
}


def step_names(steps: tuple[str, ...]) -> str:
    """The names of steps, in the page's order."""
    return ", ".join(GUIDE[step].name.lower() for step in CheckStep if step in steps)
