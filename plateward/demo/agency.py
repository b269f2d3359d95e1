"""The demo's people and its hot list; all invented, and the same in tests and docs."""

from dataclasses import dataclass

from plateward.people.permissions import Role

# Known to everybody who reads this file: good for a throw-away agency on one machine, and nothing else.
PASSWORD = "mesa verde 505"  # noqa: S105


@dataclass(frozen=True)
class Member:
    """One of the cast, with the secret that an authenticator app takes (base32)."""

    username: str
    full_name: str
    role: Role
    badge: str
    rank: str
    unit: str
    supervisor: str | None
    secret: str


CAST = (
    Member(
        "carla", "Carla Chavez", Role.SUPERVISOR, "2203", "Sergeant", "District 5", None,
        "KJ4XS3DFNZ2GC4TBN5XG2ZLTMFZQ2CLA",
    ),
    Member(
        "ada", "Ada Archuleta", Role.OFFICER, "4112", "Agent", "Unit 12", "carla",
        "MFSGCYLSMNUHK3DFORQW24DMMF2GK53B",
    ),
    Member(
        "ben", "Ben Begay", Role.OFFICER, "4114", "Agent", "Unit 14", "carla",
        "MJSW4YTFM5QXSY3BONZWK5DUMVZGC5TF",
    ),
    Member(
        "elena", "Elena Espinoza", Role.COMMUNICATIONS, "7031", "", "Dispatch", None,
        "MVWGK3TBMVZXA2LON52WC3LBORUGC6LT",
    ),
    Member(
        "gloria", "Gloria Gallegos", Role.ADMINISTRATOR, "1001", "", "Headquarters", None,
        "M5WG64TJMFTWC3DMMVTW643UNBQXI3DF",
    ),
)  # fmt: skip

POSITION = "35.0844,-106.6504"
READER = "unit-12"
CAMERA = "Unit 12 rear"
