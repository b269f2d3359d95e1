"""The ring comes back from shares, from enough of them alone."""

from pathlib import Path

import pytest

from plateward.ground.vault.keyring import RING_FILE, KeyRing, KeyRingWrong
from plateward.ground.vault.recovery import SharesUnusable, join, split

pytestmark = pytest.mark.clause("6.i.i/recovery", "SC-28/recovery")


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    return KeyRing.first_start(tmp_path / "keys", tmp_path / "data")


def test_any_three_of_five_give_the_ring_back(ring: KeyRing, tmp_path: Path) -> None:
    shares = split(ring, 3, 5)
    assert [len(share.split()) for share in shares] == [59] * 5
    for chosen in (shares[:3], shares[2:], shares[::2]):
        assert join(chosen) == ring.root
    (ring.path / RING_FILE).rename(tmp_path / "lost")
    KeyRing.restore(ring.path, join(shares[1:4]))
    assert KeyRing.first_start(ring.path, tmp_path / "data").key("fields") == ring.key("fields")


def test_too_few_misspelled_or_foreign_ones_do_not(ring: KeyRing, tmp_path: Path) -> None:
    shares, other = split(ring, 3, 5), split(KeyRing.create(tmp_path / "other"), 3, 5)
    for wrong in ([], shares[:2], [*shares[:2], other[2]], [*shares[:2], shares[2] + "x"], ["corral"] * 3):
        with pytest.raises(SharesUnusable, match=r"6\.i\.i"):
            join(wrong)


@pytest.mark.parametrize(("needed", "of"), [(1, 3), (4, 3), (2, 17), (0, 0)])
def test_one_person_alone_gets_no_ring(ring: KeyRing, needed: int, of: int) -> None:
    with pytest.raises(SharesUnusable, match="one person alone"):
        split(ring, needed, of)


def test_a_ring_is_never_overwritten(ring: KeyRing) -> None:
    with pytest.raises(KeyRingWrong, match="none is overwritten"):
        KeyRing.restore(ring.path, bytes(64))
