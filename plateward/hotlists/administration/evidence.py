"""Evidence on hot lists for the policy report. May be loaded without Django."""

from plateward import clock
from plateward.db.setup import has_hub, setup
from plateward.policy.evidence import LiveEvidence
from plateward.policy.trace import enforces


def live_readings() -> dict[str, LiveEvidence]:
    """By policy row; empty if this machine is not a hub."""
    if not has_hub():
        return {}
    setup()
    return hub_readings()


@enforces("6.e.iv.3")
def hub_readings() -> dict[str, LiveEvidence]:
    """Accepting the entering unit's word on a list is a reading of the policy, which names NCIC and FMCSA."""
    from plateward.hotlists.models import EncounterBasis

    bases = list(EncounterBasis.in_force().filter(hotlist__retired_at=None).select_related("hotlist"))
    readings = tuple(
        f"Reading: on {'a covert list' if basis.hotlist.covert else f'the list “{basis.hotlist}”'} the entering "
        f"unit’s confirmation is enough for an encounter where NCIC has no record, as the Chief set on "
        f"{clock.format_day(basis.begins)}. Legal basis: {basis.legal_basis}"
        for basis in sorted(bases, key=lambda basis: basis.begins)
    )
    return {"6.e.iv.3": LiveEvidence({"lists_verified_by_their_entering_unit": len(bases)}, readings)}
