"""Which passwords are refused, and the reason that the person sees."""

from pathlib import Path

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from plateward.people.passwords import is_listed
from plateward.people.testing import person, signed_in

PASSWORD = "bosque-trails-77"


@pytest.fixture
def banned(tmp_path: Path, settings) -> Path:  # type: ignore[no-untyped-def]
    path: Path = tmp_path / "banned.txt"
    path.write_bytes("statepolice2026\r\nZozobra!1924\nRoadrunner-9\nñandú-verde-5".encode())
    settings.BANNED_PASSWORDS = path
    return path


@pytest.mark.clause("IA-5.passwords/checked")
@pytest.mark.parametrize(
    ("password", "message"),
    [
        ("statepolice2026", "list of banned passwords"),
        ("StatePolice2026", "list of banned passwords"),
        ("Zozobra!1924", "list of banned passwords"),
        ("ñandú-verde-5", "list of banned passwords"),
        ("seven77", "at least 8 characters"),
        ("password1", "too common"),
        ("x" * 1001, "at most 1,000 characters"),
    ],
)
def test_a_password_is_refused_with_the_reason(banned: Path, password: str, message: str) -> None:
    with pytest.raises(ValidationError) as refused:
        validate_password(password)
    assert message in " ".join(refused.value.messages)


@pytest.mark.clause("IA-5.passwords/checked")
@pytest.mark.parametrize("password", ["Zozobra!19245", "ozobra!1924", "a Roadrunner-9", ".tatepolice2026"])
def test_a_part_of_a_line_bans_nothing(banned: Path, password: str) -> None:
    validate_password(password)


@pytest.mark.clause("IA-5.passwords/checked")
def test_a_file_that_changes_counts_at_once_and_an_empty_one_bans_nothing(banned: Path) -> None:
    assert not is_listed(banned, "mesa-verde-606")
    banned.write_text("mesa-verde-606")
    assert is_listed(banned, "mesa-verde-606")
    banned.write_text("")
    assert not is_listed(banned, "mesa-verde-606")


@pytest.mark.clause("IA-5.passwords/checked")
def test_a_file_of_a_hundred_thousand_lines_is_searched_where_it_lies(banned: Path) -> None:
    with banned.open("w") as file:
        file.writelines(f"guess-number-{number}\n" for number in range(100_000))
    assert is_listed(banned, "guess-number-99999")
    assert not is_listed(banned, "guess-number-100000")


@pytest.mark.clause("IA-5.passwords/checked")
@pytest.mark.django_db
def test_no_character_of_a_long_password_is_cut_off_and_a_banned_one_is_told_on_the_page(
    banned: Path,
) -> None:
    client = signed_in(person("ada", password=PASSWORD))
    change = {"oldpassword": PASSWORD, "password1": "Zozobra!1924", "password2": "Zozobra!1924"}
    assert b"list of banned passwords" in client.post("/account/password/", change).content
    long = "vigas and latillas " * 52
    client.post("/account/password/", change | {"password1": long, "password2": long})
    ada = person("ada")
    ada.refresh_from_db()
    assert ada.check_password(long)
    assert not ada.check_password(long[:-1])


@pytest.mark.clause("IA-5.passwords/stored")
@pytest.mark.django_db
def test_one_password_of_two_people_is_stored_salted_and_stretched_and_differs() -> None:
    stored = [person(name, password=PASSWORD).password for name in ("ada", "ben")]
    assert all(hashed.startswith("scrypt$") and PASSWORD not in hashed for hashed in stored)
    assert stored[0] != stored[1]
