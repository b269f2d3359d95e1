"""What the report says of the hub's own encryption."""

import os
from pathlib import Path
from typing import Any

import pytest

from plateward.ground.policy.evidence import Fact
from plateward.ground.vault import passphrase
from plateward.ground.vault.keyring import KeyRing
from plateward.ground.vault.passphrase import passphrase_lock
from plateward.serve.evidence import facts


def stated() -> Fact:
    [fact] = [fact for fact in facts() if "key ring" in fact.text]
    return fact


@pytest.mark.django_db
@pytest.mark.clause("6.i.i/keys", "SC-28/reader")
def test_a_key_ring_in_clear_is_said_with_what_to_do_and_a_sealed_one_is_not(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passphrase, "SCRYPT_COST", 14)
    settings.HOME, settings.RING = tmp_path, KeyRing.create(tmp_path / "keys")
    assert stated().rows == ("6.i.i", "SC-28")
    assert stated().text == "The hub's key ring is in clear, in the hub's own directory."
    assert "Seal it as the administrator's guide says" in stated().attention
    settings.RING.seal(passphrase_lock("corral lantern mesa thirteen juniper"))
    settings.HOME = tmp_path / "home"
    assert stated().text == "The hub's key ring is sealed by a passphrase, apart from the data."
    assert stated().attention == ""
    assert os.listdir(settings.RING.path) == ["ring.sealed"]
