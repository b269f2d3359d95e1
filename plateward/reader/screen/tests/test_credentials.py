"""What a log-in leaves at the reader."""

from datetime import timedelta
from pathlib import Path

import pytest

from plateward.ground.vault.keyring import KeyRing
from plateward.ground.wire.officer import Officer
from plateward.reader.screen.credentials import Credentials, LogInRefused
from plateward.reader.tests.stand_ins import NOON, PASSWORD

HOUR = timedelta(hours=1)
ADA = Officer("ada", "Agent Ada Archuleta", NOON, NOON + 12 * HOUR, bytes(32))

pytestmark = pytest.mark.clause("6.e.i/vehicle", "AC-7/lock", "SC-28/reader")


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    return KeyRing.create(tmp_path / "keys")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "officers.sealed"


@pytest.fixture
def credentials(file: Path, ring: KeyRing) -> Credentials:
    made = Credentials(file, ring, "unit-12")
    made.keep(ADA, PASSWORD)
    return made


def test_it_opens_after_a_restart_with_the_password_and_until_its_end(
    credentials: Credentials, file: Path, ring: KeyRing
) -> None:
    again = Credentials(file, ring, "unit-12")
    assert again.open("ada", PASSWORD, NOON + 11 * HOUR) == ADA
    with pytest.raises(LogInRefused, match="is over"):
        again.open("ada", PASSWORD, NOON + 12 * HOUR)
    with pytest.raises(LogInRefused, match="no valid log-in at this reader"):
        again.open("ada", PASSWORD, NOON)


def test_a_clock_that_was_set_back_opens_nothing(credentials: Credentials) -> None:
    with pytest.raises(LogInRefused, match="is over"):
        credentials.open("ada", PASSWORD, NOON - HOUR)


@pytest.mark.parametrize("another", ["reader", "ring"])
def test_it_opens_at_its_own_reader_alone(
    credentials: Credentials, file: Path, ring: KeyRing, tmp_path: Path, another: str
) -> None:
    elsewhere = (
        Credentials(file, ring, "unit-14")
        if another == "reader"
        else Credentials(file, KeyRing.create(tmp_path / "other"), "unit-12")
    )
    with pytest.raises(LogInRefused):
        elsewhere.open("ada", PASSWORD, NOON)


def test_five_wrong_passwords_destroy_it_even_with_restarts_between(
    credentials: Credentials, file: Path, ring: KeyRing
) -> None:
    for _ in range(4):
        with pytest.raises(LogInRefused, match="wrong"):
            Credentials(file, ring, "unit-12").open("ada", "another one", NOON)
    with pytest.raises(LogInRefused, match="Five wrong passwords"):
        Credentials(file, ring, "unit-12").open("ada", "another one", NOON)
    assert Credentials(file, ring, "unit-12").usernames() == []


def test_the_file_shows_neither_key_nor_name(credentials: Credentials, file: Path) -> None:
    content = file.read_bytes()
    assert not [word for word in (b"ada", b"Archuleta", PASSWORD.encode(), bytes(32)) if word in content]
    credentials.remove_old(NOON + 12 * HOUR)
    assert credentials.usernames() == []
