"""What the hub tells of its lists for the policy report. Loaded where no Django may be up yet."""

from plateward import clock
from plateward.db.setup import here, setup
from plateward.policy.live import Live
from plateward.policy.trace import enforces


def told() -> dict[str, Live]:
    """By row; nothing where no hub is here."""
    if not here():
        return {}
    setup()
    return of_the_hub()


@enforces("6.e.iv.3")
def of_the_hub() -> dict[str, Live]:
    """That the entering unit's word suffices on a list is a reading of the policy, which names NCIC and FMCSA."""
    from plateward.hotlists.models import EncounterBasis

    bases = list(EncounterBasis.in_force().filter(hotlist__retired_at=None).select_related("hotlist"))
    readings = tuple(
        f"Reading: on {'a covert list' if one.hotlist.covert else f'the list “{one.hotlist}”'} the entering unit’s "
        f"confirmation suffices for an encounter where NCIC has no record, as the Chief set on "
        f"{clock.written(one.begins)}. Legal basis: {one.legal_basis}"
        for one in sorted(bases, key=lambda one: one.begins)
    )
    return {"6.e.iv.3": Live({"lists_verified_by_their_entering_unit": len(bases)}, readings)}
