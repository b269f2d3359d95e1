"""The directory asked over LDAP and TLS: Debian's slapd, honest and otherwise."""

from dataclasses import replace
from pathlib import Path

import msgspec
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


def test_half_a_setting_is_refused(tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text("a secret\n")
    whole = Ldap(server="ldap.example.gov", base="dc=example,dc=gov", user="cn=hub")
    settings = people_directory(whole, secret, None)
    assert settings
    assert (settings.port, settings.password) == (636, "a secret")
    assert settings.filter == "(&(objectClass=person)(employeeNumber=*))"
    assert people_directory(Ldap(), None, None) is None
    for half, password in (
        (whole, None),
        (msgspec.structs.replace(whole, base=""), secret),
        (msgspec.structs.replace(whole, user=""), secret),
    ):
        with pytest.raises(WrongSetting, match="and the secret ldap-password"):
            people_directory(half, password, None)


def test_an_attribute_is_no_part_of_a_query() -> None:
    with pytest.raises(ValueError, match="Write it like employeeNumber"):
        KEYS["ldap.number"].value("x=*)(y")
