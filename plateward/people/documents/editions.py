"""The policy packs: a new edition, or a pack that the agency selects later, opens the duty to update training and to
retrain, as a changed protocol does. What the agency records of the policy's text is a protocol."""

from plateward.core.audit.actor import HUB
from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.core.db.locking import lock_name
from plateward.ground.policy.packs import Pack, packs
from plateward.ground.policy.trace import enforces
from plateward.people import days
from plateward.people.access.standing import authorized_administrators
from plateward.people.documents.models import PolicyEdition
from plateward.people.documents.rules import retrain_by
from plateward.people.permissions import Role
from plateward.people.training.actions.changes import Change, open_duties
from plateward.people.training.models import Duty

UNSELECTED = "Not selected"


@enforces("6.d.iv/policy")
def note_editions() -> None:
    """Record each edition that is new here, and each pack that is no longer selected. What a hub begins with is what
    training began with; a further edition or pack opens duties, as soon as there is an administrator to own them."""
    begins = not PolicyEdition.objects.exists()
    for pack in packs():
        if not _is_known(pack, begins=begins):
            with act(HUB, Event.POLICY_CHANGE, f"policy:{pack.id}") as entry:
                lock_name("policy.editions")
                entry.note(version=pack.version, sha256=pack.edition)
                if not _is_known(pack, begins=begins):  # another node may have been faster
                    _record(pack, begins=begins)
    selected = {pack.id for pack in packs()}
    for id in followed_editions().keys() - selected:
        with act(HUB, Event.POLICY_CHANGE, f"policy:{id}") as entry:
            lock_name("policy.editions")
            entry.note(version=UNSELECTED)
            if id in followed_editions():
                PolicyEdition.objects.create(pack=id, version=UNSELECTED, sha256="")


def followed_editions() -> dict[str, str]:
    """The versions that this hub follows, by pack."""
    last = {row.pack: row for row in PolicyEdition.objects.order_by("pk")}
    return {row.pack: row.version for row in last.values() if row.sha256}


def _is_known(pack: Pack, *, begins: bool) -> bool:
    last = PolicyEdition.objects.filter(pack=pack.id).last()
    if last and last.sha256 == pack.edition:
        return True
    return not begins and not authorized_administrators()


def _record(pack: Pack, *, begins: bool) -> None:
    before = PolicyEdition.objects.filter(pack=pack.id).last()
    PolicyEdition.objects.create(pack=pack.id, version=pack.version, sha256=pack.edition)
    if not begins:
        was = before.version if before else UNSELECTED
        change = Change(
            Duty.Kind.POLICY,
            reference=f"{pack.id} {pack.edition[:12]}",
            title=f"{pack.id}: {pack.version}",
            what=f"{pack.title} changed. Before: {was}. Now: {pack.version}.",
            happened_on=days.today(),
            courses=(pack.course,),
            roles=tuple(Role),
            retrain_due=retrain_by(days.today(), None, days.today()),
        )
        open_duties(HUB, change)
