"""The declaration that PostgreSQL requires."""

import pytest
from django.test import override_settings

from plateward.core.db.encryption import NotEncryptedAtRest, require_encryption_at_rest


def on(engine: str, declared: str = "") -> override_settings:
    return override_settings(DATABASES={"default": {"ENGINE": engine}}, DISK_ENCRYPTION=declared)


@pytest.mark.filterwarnings("ignore:Overriding setting DATABASES")
@pytest.mark.clause("6.i.i/aes", "SC-28/data")
class TestEncryptionAtRest:
    def test_it_refuses_postgresql_whose_disk_is_not_declared_encrypted(self) -> None:
        with (
            on("django.db.backends.postgresql"),
            pytest.raises(NotEncryptedAtRest, match=r"6\.i\.i.*PLATEWARD_DISK_ENCRYPTION"),
        ):
            require_encryption_at_rest()

    def test_it_accepts_postgresql_on_a_disk_declared_encrypted(self) -> None:
        with on("django.db.backends.postgresql", "luks"):
            require_encryption_at_rest()

    def test_it_accepts_sqlcipher_and_refuses_plain_sqlite_whatever_is_declared(self) -> None:
        with on("plateward.core.db.sqlcipher", "luks"):
            require_encryption_at_rest()
        with (
            on("django.db.backends.sqlite3", "luks"),
            pytest.raises(NotEncryptedAtRest, match=r"sqlite3.*6\.i\.i"),
        ):
            require_encryption_at_rest()
