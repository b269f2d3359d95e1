"""The key ring as shares on paper: any `needed` of them give it back, fewer say nothing of it (Shamir, by SLIP-39)."""

from collections.abc import Sequence

from shamir_mnemonic import MnemonicError, combine_mnemonics, generate_mnemonics

from plateward.ground.errors import PlatewardError
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.keyring import KeyRing

MOST_SHARES = 16  # of SLIP-39
ROOT_BYTES = 64


class SharesUnusable(PlatewardError):
    """Shares that cannot be made, or do not give a ring."""


@enforces("6.i.i/recovery", "SC-28/recovery")
def split(ring: KeyRing, needed: int, of: int) -> list[str]:
    """`of` shares of 59 words each. Raises `SharesUnusable`."""
    if not 2 <= needed <= of <= MOST_SHARES:
        raise SharesUnusable(
            f"Shares: 2 to {MOST_SHARES}, of which 2 or more are needed; one person alone must not hold the ring "
            f"(OPR:50 6.i.i). Nothing was done. Example: plateward keys split --of 5 --needed 3"
        )
    shares: list[str] = generate_mnemonics(1, [(needed, of)], ring.root)[0]
    return shares


@enforces("6.i.i/recovery", "SC-28/recovery")
def join(shares: Sequence[str]) -> bytes:
    """The ring's root, 64 bytes. Raises `SharesUnusable`: a word is misspelled, they are too few, or of two rings."""
    try:
        root: bytes = combine_mnemonics(shares)
    except MnemonicError as error:
        raise SharesUnusable(
            f"These shares do not give a key ring: {error} Nothing was done (OPR:50 6.i.i). Check each word against "
            "its paper, and that all are of one split."
        ) from error
    if len(root) != ROOT_BYTES:
        raise SharesUnusable("These shares are of something other than a key ring. Nothing was done.")
    return root
