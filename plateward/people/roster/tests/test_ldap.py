"""The directory asked over LDAP and TLS: Debian's slapd, honest and otherwise."""

from dataclasses import replace
from pathlib import Path

import pytest

from plateward.environment import people_directory
from plateward.ground.config.keys import Ldap
from plateward.ground.config.reading import KEYS, WrongSetting
from plateward.ground.links.ldap import PAGE, LdapError, Listed, people_of
from plateward.ground.vault.authority import Authority
from plateward.ground.vault.keyring import KeyRing
from plateward.people.roster.tests.slapd import directory

pytestmark = pytest.mark.clause("SC-8/systems", "6.i.ii/tls", "6.i.ii/devices")
ADA = Listed("ada", "Ada Archuleta", "ada@example.gov", "4112")


def test_everybody_comes_in_pages_with_every_letter(tmp_path: Path) -> None:
    many = [Listed(f"p{number}", f"Peña {number}", "", str(number)) for number in range(2 * PAGE + 7)]
    with directory(tmp_path / "ldap", [ADA, *many]) as settings:
        assert {*people_of(settings)} == {ADA, *many}


def test_who_has_no_number_is_no_employee(tmp_path: Path) -> None:
    with directory(tmp_path / "ldap", [ADA, Listed("printer", "Printer", "", "")]) as settings:
        assert people_of(settings) == [ADA]


def test_a_part_of_the_people_is_refused(tmp_path: Path) -> None:
    many = [Listed(f"p{number}", "Somebody", "", str(number)) for number in range(20)]
    with (
        directory(tmp_path / "ldap", many, limit="5") as settings,
        pytest.raises(LdapError, match="a part of its people only"),
    ):
        people_of(settings)


def test_another_password_and_another_base_are_refused(tmp_path: Path) -> None:
    with directory(tmp_path / "ldap", [ADA]) as settings:
        with pytest.raises(LdapError, match="refused the hub's account"):
            people_of(replace(settings, password="wrong"))
        with pytest.raises(LdapError, match="refused the search"):
            people_of(replace(settings, base="dc=elsewhere,dc=gov"))
        with pytest.raises(LdapError, match="does not answer"):
            people_of(replace(settings, filter="(((("))


def test_a_directory_that_is_not_itself_gets_no_password(tmp_path: Path) -> None:
    other = tmp_path / "other.crt"
    other.write_text(Authority.create(KeyRing.create(tmp_path / "other")).certificate_pem)
    with directory(tmp_path / "ldap", [ADA]) as settings:
        with pytest.raises(LdapError, match="prove its name"):
            people_of(replace(settings, authority=other))
        with pytest.raises(LdapError, match="prove its name"):
            people_of(replace(settings, host="127.0.0.1"))  # the certificate is for another name
    with pytest.raises(LdapError, match="does not answer"):
        people_of(settings)  # it has stopped


URL = "ldaps://ad.example.gov/ou=people,dc=example,dc=gov"


def test_one_address_says_where_people_are_and_what_they_are_called(tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text("a secret\n")
    usual = people_directory(Ldap(url=URL, user="cn=hub"), secret, None)
    assert usual
    assert (usual.host, usual.port, usual.base) == ("ad.example.gov", 636, "ou=people,dc=example,dc=gov")
    assert (usual.password, usual.filter) == ("a secret", "(employeeNumber=*)")
    other = people_directory(
        Ldap(
            url=f"{URL.replace('.gov/', '.gov:6360/')}?uid,cn,mail,badge?sub?(memberOf=cn=a%20b)",
            user="cn=hub",
        ),
        secret,
        None,
    )
    assert other
    assert (other.port, other.filter) == (6360, "(memberOf=cn=a b)")
    assert other.attributes == ("uid", "cn", "mail", "badge")
    assert people_directory(Ldap(), None, None) is None


def test_half_a_setting_is_refused(tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text("a secret\n")
    for half, password in ((Ldap(url=URL, user="cn=hub"), None), (Ldap(url=URL), secret)):
        with pytest.raises(WrongSetting, match="and the secret ldap-password"):
            people_directory(half, password, None)
    with pytest.raises(WrongSetting, match="Name four attributes"):
        people_directory(Ldap(url=f"{URL}?uid,cn", user="cn=hub"), secret, None)


@pytest.mark.parametrize(
    "url", [URL.replace("ldaps", "ldap"), "ldaps://ad.example.gov", f"{URL}?x=*)(y", f"{URL}?uid?base"]
)
def test_an_address_without_tls_or_of_something_else_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="Write it like ldaps://"):
        KEYS["ldap.url"].value(url)
