"""What packs may set where laws differ: the only names that a row's `[row.parameters]` may have."""

from typing import Annotated

import msgspec
from msgspec import Meta

from plateward.ground.labeled import Labeled

Days = Annotated[int, Meta(ge=0, le=36_500)]
Hours = Annotated[int, Meta(ge=1, le=876_000)]


class Seriousness(Labeled):
    """What an offense or event may be at its gravest: states draw the line between two offenses elsewhere."""

    FELONY = "felony", "Felonies"
    GROSS_MISDEMEANOR = "gross_misdemeanor", "Gross misdemeanors"
    LESSER = "lesser", "Lesser offenses, and what is not named"
    PERSON = "person", "Missing and endangered persons"
    WARRANT = "warrant", "Wanted persons and warrants"


class PlaceKind(Labeled):
    """A kind of place at which a law bars readers."""

    HEALTH = "health", "Health care"
    IMMIGRATION = "immigration", "Immigration services"
    SCHOOL = "school", "Schools"
    WORSHIP = "worship", "Places of worship"
    COURT = "court", "Courts"
    FOOD = "food", "Food banks"
    OTHER = "other", "Other"


class LogField(Labeled):
    """What the record of each search has."""

    PURPOSE = "purpose", "Purpose"
    OFFENSE = "offense", "Offense"
    NUMBER = "number", "Case number"
    USER = "user", "User"
    TIME = "time", "Date and time"


class Parameters(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a row sets; what is left out, it does not. Of several selected rows that set one thing, the strictest
    counts."""

    least_days_kept: Days | None = None  # of reads without a hit
    least_days_hits_kept: Days | None = None
    longest_days_kept: Days | None = None  # of reads without a hit
    search_offenses: tuple[Seriousness, ...] = ()  # that a search may be for; none: any
    warrant_after_hours: Hours | None = None  # a search of older reads needs a warrant or an emergency
    access_log: tuple[LogField, ...] = ()
    excluded_places: tuple[PlaceKind, ...] = ()  # each kind needs an exclusion zone
    stop_reason: bool = False  # a disposition with a stop says for what the alert notified
    yearly_counts: tuple[str, ...] = ()  # of the yearly report

    @property
    def given(self) -> dict[str, object]:
        """Those that the row sets, as its pack writes them."""
        built: dict[str, object] = msgspec.to_builtins(self)
        return built
