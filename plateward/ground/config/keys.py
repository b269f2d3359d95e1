"""Every setting of a site, declared once: section, name, type, range, default, and what it is for.

From here come its reading (`reading.py`), `plateward config check`, what `plateward init` writes, and
docs/administrator/settings.md (`reference.py`). A key `near_km` of the section `[alerts]` is
`PLATEWARD_ALERTS_NEAR_KM` in the environment; one that stands before all sections has no section in its name.
"""

from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta, Struct

Port = Annotated[int, Meta(ge=1, le=65_535)]
Line = Annotated[str, Meta(max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$", examples=["one line of text"])]
Web = Annotated[str, Meta(pattern=r"^https://[^\s]+$", examples=["https://dems.example.gov"])]
Server = Annotated[str, Meta(pattern=r"^[^\s:/]+(:[1-9][0-9]{0,4})?$", examples=["a host, or host:port"])]
Seconds = Annotated[int, Meta(ge=0, le=86_400)]


class Database(Struct, frozen=True):
    """The database"""

    url: Annotated[
        str,
        Meta(
            pattern=r"^postgres(ql)?://",
            examples=["postgresql://hub@db.example.gov/plateward?sslmode=verify-full"],
            description="a [PostgreSQL](install.md#postgresql) database; without it, encrypted files in `home`",
        ),
    ] = ""
    owner: Annotated[
        str,
        Meta(
            pattern=r"^[a-z_][a-z0-9_]{0,62}$",
            examples=["plateward_owner"],
            description="the role that owns its tables and migrates; that of `url` then only uses them",
        ),
    ] = ""


class Disk(Struct, frozen=True):
    """The disk"""

    encryption: Annotated[
        Line, Meta(description="with PostgreSQL: how its disk and backups are encrypted, as `luks`")
    ] = ""


class Agency(Struct, frozen=True):
    """The agency, its paper and its policy"""

    ori: Annotated[
        str,
        Meta(pattern="^[A-Z0-9]{9}$", examples=["NM0010000"], description="its ORI, 9 letters and digits"),
    ] = "NM0000000"
    name: Annotated[Line, Meta(description="its name at the head of printed papers")] = ""
    seal: Annotated[
        Path | None,
        Meta(
            description="its seal there: a PNG or JPEG file of at most 2 MiB and 4,000 pixels a side",
            extra={"readable": True},
        ),
    ] = None
    systems_officer: Annotated[
        Line,
        Meta(
            description="the state's CJIS Systems Officer, who gets an email of each confirmed breach: "
            "`Rosa Romero <rosa@example.gov>`"
        ),
    ] = ""


class Map(Struct, frozen=True):
    """Maps and places"""

    tiles: Annotated[
        Path | None,
        Meta(
            description="the site's own map: a PMTiles file of vector tiles in the schema of Protomaps or "
            "OpenMapTiles, which the hub serves; without it, counties and towns",
            extra={"readable": True},
        ),
    ] = None
    roads: Annotated[
        Path | None,
        Meta(
            description='places in words, "2 mi E of La Cienega, I-25 northbound": the state\'s ZIP of primary and '
            "secondary roads of the Census (TIGER/Line), as `tl_2025_35_prisecroads.zip`",
            extra={"readable": True},
        ),
    ] = None


class People(Struct, frozen=True):
    """Log-ins"""

    banned_passwords: Annotated[
        Path | None,
        Meta(
            description="a file of passwords that are refused, one a line, UTF-8; a change counts at once",
            extra={"readable": True},
        ),
    ] = None
    session_beside_terminal: Annotated[
        bool, Meta(description="whether a person may have a session at a terminal beside one at a desk")
    ] = False


class Oidc(Struct, frozen=True):
    """The agency's directory, by OpenID Connect"""

    issuer: Annotated[Web, Meta(description="its issuer, as it writes it itself")] = ""
    client_id: Annotated[Line, Meta(description="what the directory knows this hub by")] = ""
    claim: Annotated[Line, Meta(description="the claim that names the person")] = "preferred_username"
    matches: Annotated[Literal["username", "badge"], Meta(description="what that claim is here")] = "username"
    second_factor: Annotated[
        str,
        Meta(
            pattern="^(acr|amr)=.+$",
            examples=["amr=mfa", "acr=…"],
            description="the claim by which it shows a second factor; without it, the hub asks for one",
        ),
    ] = ""


class Ldap(Struct, frozen=True):
    """Who works at the agency, by LDAP over TLS"""

    url: Annotated[
        str,
        Meta(
            pattern=r"^ldaps://[^\s/?]+/[^?\s][^?]*(\?[A-Za-z0-9,-]*(\?(sub)?(\?\(.+\))?)?)?$",
            examples=["ldaps://ad.example.gov/ou=people,dc=example,dc=gov"],
            description="the directory of people, and where they are (RFC 4516), as "
            "`ldaps://ad.example.gov/ou=people,dc=example,dc=gov?sAMAccountName,displayName,mail,employeeNumber"
            "?sub?(employeeNumber=*)`: these are the defaults of what username, name, email and number are called, "
            "and of which people are the agency's",
        ),
    ] = ""
    user: Annotated[Line, Meta(description="the hub's account there, which only reads")] = ""


class Witness(Struct, frozen=True):
    """The audit log's heads"""

    origin: Annotated[
        Line,
        Meta(description="the log's name among logs, as `alpr.agency.gov/audit`; never changed later"),
    ] = ""
    file: Annotated[
        Path | None,
        Meta(
            description="gets every signed head, best on another machine and append-only; its folder is there"
        ),
    ] = None
    policy: Annotated[
        Path | None,
        Meta(description="the [witnesses](keys.md#witnesses) of the log", extra={"readable": True}),
    ] = None
    syslog: Annotated[
        Server,
        Meta(
            description="a syslog server or SIEM that gets every head and security event, over TLS; port 6514 "
            "unless given"
        ),
    ] = ""


class Alerts(Struct, frozen=True):
    """Alerts"""

    near_km: Annotated[int, Meta(ge=0, le=500, description="how far off a nearby unit's reader may be")] = 16
    near_minutes: Annotated[int, Meta(ge=0, le=1_440, description="how long ago it may have been there")] = 15
    escalate_high: Annotated[
        Seconds,
        Meta(
            description="seconds until an alert of high priority without an acknowledgment escalates; 0: never"
        ),
    ] = 60
    escalate_normal: Annotated[Seconds, Meta(description="the same for normal priority")] = 300
    escalate_low: Annotated[Seconds, Meta(description="the same for low priority")] = 1_800


class Reads(Struct, frozen=True):
    """Retention of reads"""

    kept_days: Annotated[
        int,
        Meta(
            ge=1,
            le=3_650,
            description="days that a read without a hit is kept, within what the packs allow (at least 30 by 6.h.ii), "
            "until the Chief approves a retention schedule; default: their least, or 30",
        ),
    ] = 0


class Ncic(Struct, frozen=True):
    """NCIC"""

    address: Annotated[Server, Meta(description="the message switch; port 8450 unless given")] = "127.0.0.1"
    dialect: Annotated[Literal["legacy", "xml"], Meta(description="text, or XML in NIEM's style")] = "legacy"


class Fmcsa(Struct, frozen=True):
    """FMCSA"""

    address: Annotated[
        Server, Meta(description="QCMobile; carriers are queried if the secret `fmcsa-key` is there")
    ] = "mobile.fmcsa.dot.gov"


class Cad(Struct, frozen=True):
    """Computer-aided dispatch (CAD)"""

    address: Annotated[Server, Meta(description="its address; port 8451 unless given")] = "127.0.0.1"
    type: Annotated[Line, Meta(description="what CAD calls a call of the LPR-hit type")] = "LPRHIT"


class Dems(Struct, frozen=True):
    """DEMS"""

    url: Annotated[Web, Meta(description="its address; without it, people export by hand")] = ""
    token_url: Annotated[
        Web, Meta(description="where it, or the directory, gives tokens; default: `oauth/token` below `url`")
    ] = ""
    client_id: Annotated[Line, Meta(description="what DEMS knows this hub by")] = ""


class Tsa(Struct, frozen=True):
    """Timestamps of evidence packages"""

    url: Annotated[
        str,
        Meta(
            pattern=r"^https?://[^\s]+$",
            examples=["https://tsa.example.gov"],
            description="the timestamp authority (RFC 3161); without it, packages wait for their timestamp",
        ),
    ] = ""


class S3(Struct, frozen=True):
    """Backups in a bucket"""

    endpoint: Annotated[
        str,
        Meta(
            pattern=r"^(https://[^\s/]+|http://(127\.0\.0\.1|localhost|\[::1\])(:[0-9]+)?)$",
            examples=["https://s3.example.gov"],
            description="where the [bucket](backup.md#in-a-bucket) is, as `https://s3.example.gov`; default: AWS in "
            "`region`",
        ),
    ] = ""
    region: Annotated[Line, Meta(description="its region, as `us-gov-west-1`")] = "us-east-1"


class Site(Struct, frozen=True):
    """The hub"""

    home: Annotated[Path, Meta(description="where the hub's data lie and, by default, its keys")] = Path(
        "var"
    )
    keys: Annotated[
        Path | None,
        Meta(description="the key ring's folder, not within `home`/data; default: `keys` in `home`"),
    ] = None
    secrets: Annotated[
        Path | None, Meta(description="the folder of the secrets below; default: `secrets` in `home`")
    ] = None
    authorities: Annotated[
        Path | None, Meta(description="the folder of the authorities below; default: `authorities` in `home`")
    ] = None
    hosts: Annotated[
        tuple[str, ...],
        Meta(
            min_length=1,
            description="names and addresses by which the hub is reached; the first is in emails",
        ),
    ] = ("localhost", "127.0.0.1")
    port: Annotated[Port, Meta(description="the listener for people")] = 8443
    device_port: Annotated[Port, Meta(description="the listener for readers")] = 8444
    health_port: Annotated[
        int,
        Meta(
            ge=0,
            le=65_535,
            description="for programs of this machine that [watch the hub](incidents.md#watching-the-hub); 0: none",
        ),
    ] = 0
    certificate_file: Annotated[
        Path | None,
        Meta(
            description="people's certificate, of the [agency's CA](install.md#certificates-and-the-reverse-proxy); "
            "without it, by the hub's own authority",
            extra={"readable": True},
        ),
    ] = None
    certificate_key_file: Annotated[
        Path | None, Meta(description="its key, of mode 600", extra={"readable": True})
    ] = None
    proxies: Annotated[
        tuple[str, ...],
        Meta(description="addresses, or networks of at most 256, of the reverse proxies for people"),
    ] = ()
    time_zone: Annotated[Line, Meta(description="times on pages; the day on which a list entry expires")] = (
        "America/Denver"
    )
    log_level: Annotated[
        Literal["WARNING", "INFO", "DEBUG", "ERROR"], Meta(description="what the hub writes to stderr")
    ] = "WARNING"
    packs: Annotated[
        tuple[str, ...],
        Meta(
            description="the agency's policies and laws ([packs](policy.md)); default: `OPR50`, `CJIS`, `SB40`"
        ),
    ] = ()
    policy_text: Annotated[
        Path | None,
        Meta(
            description='the agency\'s own words of each clause: a TOML file of lines as `"6.e.iii" = "…"`',
            extra={"readable": True},
        ),
    ] = None
    database: Database = Database()
    disk: Disk = Disk()
    agency: Agency = Agency()
    map: Map = Map()
    people: People = People()
    oidc: Oidc = Oidc()
    ldap: Ldap = Ldap()
    witness: Witness = Witness()
    alerts: Alerts = Alerts()
    reads: Reads = Reads()
    ncic: Ncic = Ncic()
    fmcsa: Fmcsa = Fmcsa()
    cad: Cad = Cad()
    dems: Dems = Dems()
    tsa: Tsa = Tsa()
    s3: S3 = S3()


# Files in the folder `secrets`, or credentials that systemd hands over under these names: never values in the file.
SECRETS = {
    "cad-token": "the bearer token by which CAD knows this hub",
    "cad-certificate": "or a client certificate with its key, as one PEM file without a passphrase",
    "database-password": "the password of the database's role",
    "database-owner-password": "that of `owner`, there only while `plateward init` or an upgrade runs",
    "dems-secret": "the secret of `client_id` at DEMS",
    "fmcsa-key": "the agency's key (webKey) of QCMobile",
    "ldap-password": "the password of `user` at the directory of people",
    "oidc-secret": "the secret of `client_id` at the directory",
    "s3-access-key": "the ID of the hub's access key at the bucket of its backups",
    "s3-secret-key": "that key's secret",
}
# PEM files in the folder `authorities`, `NAME.pem`: whose signature that system's certificate must bear.
AUTHORITIES = {
    "cad": "CAD; default: the agency's own authority",
    "dems": "DEMS; default: the machine's authorities",
    "fmcsa": "FMCSA; default: the machine's authorities",
    "ldap": "the directory of people; default: the machine's authorities",
    "ncic": "the message switch; default: the agency's own authority",
    "oidc": "the directory; default: the machine's authorities",
    "s3": "the bucket of backups, beside the machine's authorities",
    "syslog": "the syslog server; default: the machine's authorities",
    "tsa": "the authorities whose timestamps are taken; without it, any well-formed one is",
    "witness": "the witnesses; default: the machine's authorities",
}
