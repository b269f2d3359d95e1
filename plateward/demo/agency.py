"""The demo's people and its hot list; all invented, and the same in tests and docs."""

from dataclasses import dataclass

from plateward.people.permissions import Role

# Public: good for a throw-away agency on one machine, and nothing else.
PASSWORD = "mesa verde 505"  # noqa: S105


@dataclass(frozen=True)
class Member:
    """A member of the cast, with the secret for an authenticator app (base32)."""

    username: str
    full_name: str
    role: Role
    badge: str
    rank: str
    unit: str
    supervisor: str | None
    duties: str  # of the access request
    secret: str
    sworn: bool = False
    agency: str = ""


CHIEF = Member(
    "hector", "Hector Herrera", Role.CHIEF, "1", "Chief", "", None, "", "NBSWG5DPOJTWC3DMMVTW643UNBQXI3DF",
    sworn=True,
)  # fmt: skip
ADMINISTRATOR = Member(
    "gloria", "Gloria Gallegos", Role.ADMINISTRATOR, "1001", "", "", None, "", "M5WG64TJMFTWC3DMMVTW643UNBQXI3DF",
)  # fmt: skip
CHIEF_ORDER, ADMINISTRATOR_ORDER = "Appointment of January 2, 2026", "Chief's Order 2026-1"
STAFF = (
    Member(
        "carla", "Carla Chavez", Role.SUPERVISOR, "2203", "Sergeant", "District 5", None,
        "Leads the patrol of District 5.", "KJ4XS3DFNZ2GC4TBN5XG2ZLTMFZQ2CLA", sworn=True,
    ),
    Member(
        "ada", "Ada Archuleta", Role.OFFICER, "4112", "Agent", "Unit 12", "carla",
        "Patrols District 5.", "MFSGCYLSMNUHK3DFORQW24DMMF2GK53B", sworn=True,
    ),
    Member(
        "ben", "Ben Begay", Role.OFFICER, "4114", "Agent", "Unit 14", "carla",
        "Patrols District 5.", "MJSW4YTFM5QXSY3BONZWK5DUMVZGC5TF", sworn=True,
    ),
    Member(
        "jack", "Jack Jaramillo", Role.OFFICER, "4117", "Agent", "Unit 14", "carla",
        "Patrols District 5.", "NJQWG23KMFZGC3LJNRWG6ZDFNZXXEYLT", sworn=True,
    ),
    Member(
        "dario", "Dario Duran", Role.INSPECTOR, "5120", "Inspector", "Unit 14", "carla",
        "Inspects commercial vehicles in District 5.", "MRQXE2LPFZSHK4TBNZUW443QMVRXI33S",
    ),
    Member(
        "elena", "Elena Espinoza", Role.COMMUNICATIONS, "7031", "", "Dispatch", None,
        "Dispatches for District 5.", "MVWGK3TBMVZXA2LON52WC3LBORUGC6LT",
    ),
    Member(
        "frank", "Frank Fierro", Role.IT_SUPPORT, "8301", "", "IT Support", None,
        "Keeps the readers working.", "MZZGC3TLEB2GQZJAMRSW23ZAONSWG4TF",
    ),
    Member(
        "iris", "Iris Ilfeld", Role.RECORDS, "8401", "", "Records", None,
        "Answers requests for public records.", "NFZGS4ZONFWGMZLMMQXGIZLNN4XHAYLU",
    ),
    Member(
        "lena", "Lena Lopez", Role.CYBER, "8302", "", "IT Cyber Security", None,
        "Answers breaches of security.", "NRSW4YJOMRSW23ZOONSWG4TFOQXGWZLZ",
    ),
    Member(
        "marco", "Marco Mora", Role.CJIS_OFFICER, "9101", "", "CJIS", None,
        "Is the agency's CJIS Security Officer.", "NVQXEY3PFZSGK3LPFZZWKY3SMV2C46DZ",
    ),
    Member(
        "nora", "Nora Naranjo", Role.AUDITOR, "9102", "", "Inspector General", None,
        "Reads the log for the inspector general.", "NZXXEYJOMRSW23ZOONSWG4TFOQXGWZLZ",
    ),
)  # fmt: skip
YUMA = "AZ0140000"
OUTSIDE = Member(
    "kim", "Kim Kelley", Role.OUTSIDE, "Y-310", "", "", "carla",
    "Investigates stolen trucks for Yuma County.", "NNUW2YLSMNUHK3DFORQW24DMMF2GK53B", agency=YUMA,
)  # fmt: skip
MEMBERS = (*STAFF, OUTSIDE, ADMINISTRATOR, CHIEF)
UNTRAINED = "jack"  # whose yearly CJIS training has expired, to show what a person then sees

POSITION = "35.0844,-106.6504"
READER = "unit-12"
CAMERA = "Unit 12 rear"
CAR, CAR_CAMERA = (
    "unit-12-car",
    "Unit 12 front",
)  # with the officer's screen; it reads while somebody is logged in
# Two interstates, drawn by hand as far as the demo drives: the Census's own file is for a real site.
ROADS = (
    ("I- 25", "I", [
        (-106.89, 34.06), (-106.63, 35.06), (-106.6, 35.2), (-106.551, 35.3), (-106.3, 35.46), (-106.2, 35.53),
        (-106.101, 35.562), (-106.03, 35.6), (-105.95, 35.63), (-105.88, 35.56), (-105.68, 35.5), (-105.22, 35.6),
        (-104.44, 36.9),
    ]),
    ("I- 40", "I", [
        (-109.04, 35.36), (-108.742, 35.528), (-107.85, 35.15), (-106.65, 35.106), (-105.0, 35.0), (-103.04, 35.18),
    ]),
)  # fmt: skip
