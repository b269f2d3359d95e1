"""Debian's OpenLDAP server on a real socket, as a directory of people."""

import base64
import shutil
import socket
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from plateward.demo.processes import hold_port
from plateward.ground.links.directory import PeopleDirectory
from plateward.ground.links.ldap import Listed
from plateward.ground.vault.authority import Authority
from plateward.ground.vault.keyring import KeyRing
from plateward.testing import skip_or_fail
from plateward.testing.waiting import WITHIN, wait_until

BASE, USER, PASSWORD = "dc=example,dc=gov", "cn=hub,dc=example,dc=gov", "a secret of the hub"
ATTRIBUTES = ("uid", "displayName", "mail", "employeeNumber")
CONFIGURATION = """
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile {folder}/pid
TLSCertificateFile {folder}/ldap.crt
TLSCertificateKeyFile {folder}/ldap.key
database mdb
maxsize 268435456
suffix "dc=example,dc=gov"
directory {folder}/data
limits * size={limit} size.prtotal={limit}
"""


def line(name: str, value: str) -> str:
    return f"{name}:: {base64.b64encode(value.encode()).decode()}\n"


def ldif(people: Iterable[Listed]) -> str:
    entries = [
        "dn: dc=example,dc=gov\nobjectClass: dcObject\nobjectClass: organization\ndc: example\no: Example\n",
        f"dn: {USER}\nobjectClass: organizationalRole\nobjectClass: simpleSecurityObject\n"
        + line("userPassword", PASSWORD),
    ]
    for number, one in enumerate(people):
        values = dict(zip(ATTRIBUTES, (one.username, one.name, one.email, one.number), strict=True))
        entries.append(
            f"dn: cn={number},{BASE}\nobjectClass: inetOrgPerson\nsn: x\n"
            + "".join(line(name, value) for name, value in values.items() if value)
        )
    return "\n".join(entries)


@contextmanager
def directory(
    folder: Path, people: Iterable[Listed], *, limit: str = "unlimited", names: Iterable[str] = ("localhost",)
) -> Iterator[PeopleDirectory]:
    """The settings of a running server with these people. `limit`: how many it gives; `names`: its certificate's."""
    program = shutil.which("slapd", path="/usr/sbin:/usr/bin")
    if program is None:
        skip_or_fail("no slapd on this machine: apt-get install slapd")
        raise AssertionError
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "data").mkdir(parents=True)
    ca = Authority.create(KeyRing.create(folder / "ca"))
    certificate, key = ca.issue_server([*names])
    files = {
        "ldap.crt": certificate,
        "ldap.key": key,
        "authority.crt": ca.certificate_pem,
        "people.ldif": ldif(people),
        "slapd.conf": CONFIGURATION.format(folder=folder, limit=limit),
    }
    for name, content in files.items():
        (folder / name).write_text(content)
    configuration = str(folder / "slapd.conf")
    load = [program.replace("slapd", "slapadd"), "-q", "-f", configuration, "-l", str(folder / "people.ldif")]
    subprocess.run(load, check=True, capture_output=True)
    with hold_port(0) as held:
        port = held.getsockname()[1]
    line = [program, "-f", configuration, "-h", f"ldaps://127.0.0.1:{port}", "-d", "0"]
    process = subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def answers() -> bool:
        assert process.poll() is None, "slapd ended"
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    try:
        wait_until(answers)
        find = "(&(objectClass=inetOrgPerson)(employeeNumber=*))"
        trusted = folder / "authority.crt"
        yield PeopleDirectory("localhost", port, BASE, find, USER, PASSWORD, ATTRIBUTES, trusted)
    finally:
        process.terminate()
        process.wait(WITHIN)
