"""`plateward keys …`, and a reader whose keys are sealed."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from plateward.ground.vault import passphrase
from plateward.ground.vault.keyring import KeyRing
from plateward.ground.vault.locks import RingLocked
from plateward.reader import cli
from plateward.reader.enroll import accept_grant, make_request
from plateward.reader.errors import NotReady
from plateward.reader.home import tls_password
from plateward.reader.hotlist import LocalHotList
from plateward.reader.hub import tls_context
from plateward.reader.keys import app
from plateward.reader.spool import Spool
from plateward.reader.tests.stand_ins import Agency, entry, made
from plateward.testing.hsm import MODULE, PIN, hsm
from plateward.testing.tpm2 import chip

HUB = "https://hub.example:8444"
WORDS, OTHERS = "corral lantern mesa thirteen juniper", "seven blue kettles under the bridge"

Command = Callable[..., Result]


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passphrase, "SCRYPT_COST", 14)
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)


@pytest.fixture
def handed() -> Iterator[Callable[[str], str]]:
    """A passphrase → the number of an open file that holds it."""
    ends = []

    def pipe(text: str) -> str:
        end, start = os.pipe()
        os.write(start, text.encode())
        os.close(start)
        ends.append(end)
        return str(end)

    yield pipe
    for end in ends:
        os.close(end)


@pytest.fixture
def keys(agency: Agency) -> Command:
    agency.enroll(HUB)
    return lambda command, *words: CliRunner().invoke(app, [command, "--home", str(agency.home.path), *words])


def clear_parts(agency: Agency) -> list[bytes]:
    """Every secret of the keys, in every form it could have on disk."""
    ring = json.loads((agency.home.keys / "ring.json").read_bytes())
    texts = [str(ring[name]) for name in ("sealing", "signing")]
    pem = agency.home.tls_key.read_bytes().splitlines()[1:-1]
    return [*(form for text in texts for form in (text.encode(), bytes.fromhex(text))), *pem]


@pytest.mark.clause("6.i.i/aes", "6.i.i/keys", "SC-28/reader")
def test_a_sealed_readers_folder_contains_no_key_plate_or_image_in_clear(
    keys: Command, agency: Agency, handed: Callable[[str], str], output: list[str]
) -> None:
    ring, enrollment = agency.home.open()
    read, item = made(ring.signing("reader"), "HVT4821")
    Spool(agency.home.spool, ring.key("spool"), output.append).put(read.id, item)
    hub = agency.ring.signing("hotlist").public_key()
    LocalHotList(agency.home.hotlist, ring.key("hotlist"), hub, output.append).offer(
        agency.hotlist(entry("XYZ9876"))
    )
    secret = clear_parts(agency)
    sealed = keys("seal", "--with", "passphrase", "--new-passphrase-fd", handed(WORDS))
    assert sealed.exit_code == 0, sealed.output
    raw = b"".join(file.read_bytes() for file in agency.home.path.rglob("*") if file.is_file())
    for part in (*secret, b"HVT4821", b"XYZ9876", item.context[:64], item.plate[:64], WORDS.encode()):
        assert part not in raw
    # The folder and nothing else: a thief who has it all opens neither.
    with pytest.raises(RingLocked, match="passphrase is wrong"):
        agency.home.open(lambda: OTHERS)
    opened, _ = agency.home.open(lambda: WORDS)
    assert Spool(agency.home.spool, opened.key("spool"), output.append).load(read.id) == item
    context = tls_context(
        enrollment.authority_pem, agency.home.certificate, agency.home.tls_key, tls_password(opened)
    )
    assert context.get_ca_certs()
    with pytest.raises(NotReady, match="cannot be used"):
        tls_context(enrollment.authority_pem, agency.home.certificate, agency.home.tls_key)


@pytest.mark.clause("6.i.i/keys")
def test_a_reader_with_a_wrong_passphrase_does_not_start_and_says_so_in_one_line(
    keys: Command, agency: Agency, handed: Callable[[str], str]
) -> None:
    keys("seal", "--with", "passphrase", "--new-passphrase-fd", handed(WORDS))
    options = ["--source", "0", "--home", str(agency.home.path), "--position", "35.0844,-106.6504"]
    for more, says in (
        (["--passphrase-fd", handed(OTHERS)], "the passphrase is wrong"),
        ([], "sealed by a passphrase or PIN, but none was given"),
    ):
        refused = CliRunner().invoke(cli.app, [*options, *more])
        assert isinstance(refused.exception, RingLocked)
        assert says in str(refused.exception)
        assert "\n" not in str(refused.exception)


def test_a_passphrase_is_changed_and_the_seal_taken_off(
    keys: Command, agency: Agency, handed: Callable[[str], str]
) -> None:
    before = agency.home.open()[0].key("spool")
    tls_key = agency.home.tls_key.read_bytes()
    keys("seal", "--with", "passphrase", "--new-passphrase-fd", handed(WORDS))
    changed = keys(
        *("change", "--with", "passphrase", "--passphrase-fd", handed(WORDS)),
        *("--new-passphrase-fd", handed(OTHERS)),
    )
    assert changed.output == "Now sealed by a passphrase.\n"
    assert json.loads(keys("show", "--json").output) == {
        "home": str(agency.home.path),
        "sealed": True,
        "by": "passphrase",
    }
    assert isinstance(keys("unseal", "--passphrase-fd", handed(WORDS)).exception, RingLocked)
    off = keys("unseal", "--passphrase-fd", handed(OTHERS))
    assert "The seal is off" in off.output
    assert keys("show").output.startswith("Not sealed")
    assert agency.home.open()[0].key("spool") == before
    assert agency.home.tls_key.read_bytes() == tls_key


@pytest.mark.clause("6.i.i/keys", "SC-28/reader")
def test_the_machines_tpm2_opens_it_without_a_question(
    keys: Command, agency: Agency, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = agency.home.open()[0].key("spool")
    with chip(tmp_path / "chip"):
        assert keys("seal", "--with", "tpm2").output.startswith("Sealed by the TPM2 of this machine.")
        assert agency.home.open()[0].key("spool") == before
    with chip(tmp_path / "another machine's"), pytest.raises(RingLocked):
        agency.home.open()


@pytest.mark.clause("6.i.i/keys")
def test_a_tls_key_that_a_crash_left_in_clear_is_sealed_at_the_next_start(agency: Agency) -> None:
    agency.enroll(HUB)
    clear = agency.home.tls_key.read_bytes()
    agency.home.ring().seal(passphrase.passphrase_lock(WORDS))
    assert agency.home.tls_key.read_bytes() == clear
    agency.home.open(lambda: WORDS)
    assert b"ENCRYPTED PRIVATE KEY" in agency.home.tls_key.read_bytes()


def test_a_sealed_reader_requests_enrollment_again_with_the_same_keys(agency: Agency) -> None:
    first = make_request(agency.home, "unit-12", "Unit 12 front")
    agency.home.ring().seal(passphrase.passphrase_lock(WORDS))
    again = make_request(agency.home, "unit-12", "Unit 12 front", lambda: WORDS)
    assert again.public_key == first.public_key
    assert accept_grant(agency.home, agency.grant(again, HUB), lambda: WORDS).hub == HUB


def test_a_new_passphrase_is_typed_twice(
    keys: Command, agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = iter([WORDS, OTHERS, WORDS, WORDS])
    monkeypatch.setattr(passphrase, "getpass", lambda prompt: next(typed))
    differ = keys("seal", "--with", "passphrase")
    assert "differ. Nothing was changed." in str(differ.exception)
    assert agency.home.open()[0].by is None
    assert keys("seal", "--with", "passphrase").exit_code == 0
    assert KeyRing.sealed_by(agency.home.keys) is not None


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["unseal"], "is not sealed. Nothing was done."),
        (["change", "--with", "tpm2"], "is not sealed. Use 'plateward keys seal'."),
    ],
)
def test_what_is_not_sealed_is_neither_changed_nor_unsealed(
    keys: Command, words: list[str], says: str
) -> None:
    assert says in str(keys(*words).exception)


def test_a_folder_without_keys_stays_as_it_is(tmp_path: Path) -> None:
    for words in (["seal", "--with", "tpm2"], ["change", "--with", "tpm2"], ["unseal"], ["show"]):
        refused = CliRunner().invoke(app, [*words, "--home", str(tmp_path / "new")])
        assert isinstance(refused.exception, NotReady)
        assert "There are no reader keys" in str(refused.exception)
    assert not (tmp_path / "new").exists()


@pytest.mark.clause("6.i.i/aes", "SC-28/reader")
def test_the_key_ring_of_a_hub_is_sealed_shown_and_unsealed_by_its_directory(
    tmp_path: Path, handed: Callable[[str], str]
) -> None:
    ring = KeyRing.create(tmp_path / "keys")
    home = ["--home", str(ring.path)]
    sealed = CliRunner().invoke(
        app, ["seal", *home, "--with", "passphrase", "--new-passphrase-fd", handed(WORDS)]
    )
    assert "Sealed by a passphrase" in sealed.output
    assert not (ring.path / "ring.json").exists()
    assert json.loads(CliRunner().invoke(app, ["show", *home, "--json"]).output)["by"] == "passphrase"
    assert KeyRing.open(ring.path, lambda: WORDS).key("database") == ring.key("database")
    with pytest.raises(RingLocked):
        KeyRing.open(ring.path, lambda: OTHERS)
    opened = CliRunner().invoke(app, ["unseal", *home, "--passphrase-fd", handed(WORDS)])
    assert "The seal is off" in opened.output
    assert KeyRing.open(ring.path).by is None


@pytest.mark.clause("6.i.i/keys", "SC-28/ring")
def test_an_hsm_seals_a_hubs_ring_and_no_readers(
    keys: Command, tmp_path: Path, handed: Callable[[str], str]
) -> None:
    ring = KeyRing.create(tmp_path / "hub")
    by = ["--with", "pkcs11", "--module", MODULE, "--token", "hub"]

    def at_hub(command: str, *words: str) -> Result:
        return CliRunner().invoke(app, [command, "--home", str(ring.path), *words])

    assert "An HSM seals a hub's key ring" in str(keys("seal", *by).exception)
    assert "by --module and its token by --token" in str(at_hub("seal", *by[:2]).exception)
    with hsm(tmp_path / "hsm", "hub"):
        sealed = at_hub("seal", *by, "--new-passphrase-fd", handed(PIN))
        assert sealed.output == "Sealed by the HSM's token hub. It starts only with it.\n"
        assert json.loads(at_hub("show", "--json").output)["by"] == "pkcs11"
        changed = at_hub(
            *("change", *by, "--key", "second", "--passphrase-fd", handed(PIN)),
            *("--new-passphrase-fd", handed(PIN)),
        )
        assert "Now sealed by the HSM's token hub." in changed.output
        words = ("--with", "passphrase", "--passphrase-fd", handed(PIN), "--new-passphrase-fd", handed(WORDS))
        assert "Now sealed by a passphrase." in at_hub("change", *words).output
    assert KeyRing.open(ring.path, lambda: WORDS).key("database") == ring.key("database")
