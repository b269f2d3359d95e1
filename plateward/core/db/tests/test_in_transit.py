"""TLS to a PostgreSQL on another machine."""

import dj_database_url
import pytest
from django.test import override_settings

from plateward.core.db.encryption import NotEncryptedInTransit, require_encryption_in_transit

pytestmark = [
    pytest.mark.clause("6.i.ii/tls", "SC-8/systems"),
    pytest.mark.filterwarnings("ignore:Overriding setting DATABASES"),
]


@pytest.fixture(autouse=True)
def _nothing_of_libpq_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PGHOST", "PGHOSTADDR", "PGSERVICE", "PGSSLMODE"):
        monkeypatch.delenv(name, raising=False)


def on(url: str) -> override_settings:
    return override_settings(DATABASES={"default": dj_database_url.parse(url)})


@pytest.mark.parametrize(
    "rest",
    [
        "plateward@db.example/plateward",
        "plateward@db.example/plateward?sslmode=prefer",
        "plateward@db.example/plateward?sslmode=disable",
        "plateward@10.0.0.7:5432/plateward",
        "plateward@/plateward?host=db.example",
        "plateward@/plateward?host=/run/postgresql,db.example",
        "plateward@localhost/plateward?hostaddr=10.0.0.7",
        "plateward@/plateward?host=127.0.0.1,db.example&hostaddr=127.0.0.1,",
        "plateward@/plateward?service=elsewhere",
        "plateward@127.0.0.1.example/plateward",
    ],
)
def test_it_refuses_a_remote_server_that_may_be_spoken_to_in_clear(rest: str) -> None:
    with on(f"postgresql://{rest}"), pytest.raises(NotEncryptedInTransit, match=r"6\.i\.ii.*sslmode"):
        require_encryption_in_transit()


@pytest.mark.parametrize(
    "rest",
    [
        "plateward@db.example/plateward?sslmode=require",
        "plateward@db.example/plateward?sslmode=verify-ca",
        "plateward@db.example/plateward?sslmode=verify-full&sslrootcert=/etc/ca.pem",
        "plateward@127.0.0.1:5432/plateward",
        "plateward@[::1]/plateward",
        "plateward@localhost/plateward",
        "plateward@/plateward",
        "plateward@localhost/plateward?hostaddr=127.0.0.1",
        "plateward@/plateward?host=/run/postgresql",
        "plateward@%2Frun%2Fpostgresql/plateward",
    ],
)
def test_it_accepts_tls_and_this_machine(rest: str) -> None:
    with on(f"postgresql://{rest}"):
        require_encryption_in_transit()


def test_it_knows_where_libpq_would_look_when_the_address_names_no_host(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PGHOST", "db.example")
    with on("postgresql://plateward@/plateward"):
        with pytest.raises(NotEncryptedInTransit):
            require_encryption_in_transit()
        monkeypatch.setenv("PGSSLMODE", "verify-full")
        require_encryption_in_transit()


def test_a_file_crosses_no_network() -> None:
    with override_settings(DATABASES={"default": {"ENGINE": "plateward.core.db.sqlcipher"}}):
        require_encryption_in_transit()
