"""The agency's directory of people: LDAP over TLS, only read, by ldap3. Everything in it is somebody else's word.

`people_of` asks once, in pages, and returns everybody or raises: a part of a directory is none, because who is not in
it would be taken for gone.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import ldap3
import ldap3.core.results
import msgspec
from ldap3.core.exceptions import (
    LDAPException,
    LDAPInvalidCredentialsResult,
    LDAPOperationResult,
)

from plateward.ground.errors import PlatewardError
from plateward.ground.links.directory import PeopleDirectory
from plateward.ground.links.secure import require_aes, strong_context
from plateward.ground.policy.trace import enforces

TIMEOUT_S = 10
PAGE = 500  # people of one answer: Active Directory gives 1,000 at most
MOST_PEOPLE = 50_000
PAGES = "1.2.840.113556.1.4.319"  # RFC 2696
LONGEST = 200  # characters of one value; what is longer is no name, address or number


class LdapError(PlatewardError):
    """The directory has told nothing that can be used; the sentence says why."""


class Listed(msgspec.Struct, frozen=True):
    """A person as the directory has them; empty where it says nothing."""

    username: str
    name: str
    email: str
    number: str


class _StrongTls(ldap3.Tls):  # type: ignore[misc]
    """The hub's own TLS in place of ldap3's: the name is checked, and AES is required, before anything is sent."""

    def __init__(self, authority: Path | None) -> None:
        super().__init__()
        self._context = strong_context(file=authority)

    def wrap_socket(self, connection: ldap3.Connection, do_handshake: bool = False) -> None:  # noqa: ARG002
        host = connection.server.host
        connection.socket = self._context.wrap_socket(connection.socket, server_hostname=host)
        require_aes(connection.socket.cipher()[0], "The directory")


@enforces("SC-8/systems", "6.i.ii/tls", "6.i.ii/devices")
def people_of(directory: PeopleDirectory) -> list[Listed]:
    """Everybody whom the site's filter finds. Raises `LdapError`."""
    try:
        server = ldap3.Server(
            directory.host,
            directory.port,
            use_ssl=True,
            tls=_StrongTls(directory.authority),
            connect_timeout=TIMEOUT_S,
            get_info=ldap3.NONE,
        )
        with ldap3.Connection(
            server,
            directory.user,
            directory.password,
            read_only=True,
            auto_referrals=False,  # no other server is asked, nor told the password
            check_names=False,
            receive_timeout=TIMEOUT_S,
            raise_exceptions=True,
        ) as connection:
            return list(_read(connection, directory))
    except LDAPInvalidCredentialsResult as error:
        raise LdapError(
            "The directory refused the hub's account. Check ldap.user and the secret ldap-password."
        ) from error
    except LDAPOperationResult as error:
        raise LdapError(f"The directory refused the search ({error.description}). Check ldap.url.") from error
    except (LDAPException, OSError, ValueError, KeyError, TypeError) as error:
        raise LdapError(
            "The directory does not answer, does not prove its name over TLS 1.2 or higher, or broke off. Check "
            "ldap.url, and ldap.pem among the authorities."
        ) from error


def _read(connection: ldap3.Connection, directory: PeopleDirectory) -> Iterator[Listed]:
    """Page by page: ldap3's own loop takes a size limit for the end."""
    cookie, count = b"", 0
    while True:
        connection.search(
            directory.base,
            directory.filter,
            attributes=list(directory.attributes),
            paged_size=PAGE,
            paged_criticality=True,
            paged_cookie=cookie or None,
        )
        if connection.result["result"] != ldap3.core.results.RESULT_SUCCESS:
            raise LdapError(
                f"The directory gives a part of its people only ({connection.result['description']}). Raise the "
                "limits for the hub's account there."
            )
        for item in connection.response:
            if item["type"] == "searchResEntry":  # others point to other servers, which are not asked
                values = {str(key).lower(): value for key, value in item["raw_attributes"].items()}
                yield Listed(*(_text(values, name) for name in directory.attributes))
                count += 1
        if count > MOST_PEOPLE:
            raise LdapError(
                f"The directory has more than {MOST_PEOPLE:,} people. Narrow the filter of ldap.url."
            )
        cookie = connection.result["controls"][PAGES]["value"]["cookie"]
        if not cookie:
            return


def _text(values: Mapping[str, Any], name: str) -> str:
    """The first value of an attribute, which may have several; what is no text is shown as such."""
    first = next(iter(values.get(name.lower(), ())), b"")
    return bytes(first).decode("utf-8", errors="replace").strip()[:LONGEST]
