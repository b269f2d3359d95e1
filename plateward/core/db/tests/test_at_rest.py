"""The declaration that PostgreSQL requires."""

import pytest
from django.test import override_settings

from plateward.core.db.encryption import DECLARATION, NotEncryptedAtRest, require_encryption_at_rest


def on(engine: str) -> override_settings:
    return override_settings(DATABASES={"default": {"ENGINE": engine}})


@pytest.mark.filterwarnings("ignore:Overriding setting DATABASES")
@pytest.mark.clause("6.i.i/aes", "SC-28/data")
class TestEncryptionAtRest:
    @pytest.mark.parametrize("declared", ["", "  ", None])
    def test_it_refuses_postgresql_whose_disk_is_not_declared_encrypted(
        self, monkeypatch: pytest.MonkeyPatch, declared: str | None
    ) -> None:
        monkeypatch.delenv(DECLARATION, raising=False)
        if declared is not None:
            monkeypatch.setenv(DECLARATION, declared)
        with (
            on("django.db.backends.postgresql"),
            pytest.raises(NotEncryptedAtRest, match=r"6\.i\.i.*PLATEWARD_DISK_ENCRYPTION"),
        ):
            require_encryption_at_rest()

    def test_it_accepts_postgresql_on_a_disk_declared_encrypted(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv(DECLARATION, "luks")
        with on("django.db.backends.postgresql"):
            require_encryption_at_rest()

    def test_it_accepts_sqlcipher_and_refuses_plain_sqlite_whatever_is_declared(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv(DECLARATION, "luks")
        with on("plateward.core.db.sqlcipher"):
            require_encryption_at_rest()
        with on("django.db.backends.sqlite3"), pytest.raises(NotEncryptedAtRest, match=r"sqlite3.*6\.i\.i"):
            require_encryption_at_rest()
