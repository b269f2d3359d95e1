"""Two written protocols of the demo's agency, in force, and acknowledged by everybody but one inspector."""

from plateward.people import days
from plateward.people.actor import PersonActor
from plateward.people.documents import actions
from plateward.people.documents.models import ProtocolVersion
from plateward.people.models import Person

ASKED = "dario"  # who is still asked to acknowledge

COLLECTION = """# Purpose
Readers record plates on public roads so that wanted vehicles and missing people are found.
They are not for watching lawful gatherings.

# Before the shift
1. Do the start-of-shift check on the unit's reader, and look at the picture of a parked car.
2. Compare the reader's clock and position with your own.
3. Report a malfunction at once. A reader that fails its check is not used.

# On the road
- Choose streets by your assignment, never by who lives or prays there.
- Do not aim a fixed reader at a clinic, a house of worship or a polling place without an order from the Chief.
- An alert is a lead. Read the plate and its state yourself and verify it before you stop anyone.

# After the shift
Close each of your alerts with what happened. Turn the reader off when the vehicle goes to a shop."""

STORAGE = """# Where it is kept
Reads and images are kept on the hub, sealed, and nowhere else. The readers delete what the hub has received.

# How long
Reads that nobody needs are destroyed when their term under the order ends.
What belongs to a case is exported to DEMS under its number, and is kept there.

# What nobody does
- Photograph a screen, or copy plates into notes that leave the agency.
- Send an image by email or a messaging app.
- Keep an export after the purpose that was stated for it is over.

# Loss
Tell the ALPR administrator within the hour if a device, a printout or a password is lost.
Use “Report misuse or a security incident”."""

TEXTS = (
    ("Collection of reads in the field", ProtocolVersion.Kind.COLLECTION, COLLECTION),
    ("Storage of reads and images", ProtocolVersion.Kind.STORAGE, STORAGE),
)


def protocols() -> None:
    """Each written by the administrator, approved by the Chief, and acknowledged."""
    people = {person.username: PersonActor.of(person) for person in Person.objects.exclude(role="")}
    for title, kind, text in TEXTS:
        draft = actions.Draft(title, kind, "First version.", text, days.today(), 30, [], [])
        version = actions.save_draft(people["gloria"], None, draft, seen="", submit=True)
        version = actions.approve(people["hector"], version, version.sha256)
        for name, person in people.items():
            if name != ASKED:
                actions.acknowledge(person, version, version.sha256)
