"""Preview a file of people, then import it: accounts without a password, and waiting access requests."""

from django.conf import settings

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.core.pages import uploads
from plateward.core.pages.csv_import import NotACsvFile
from plateward.core.pages.models import Upload
from plateward.core.pages.uploads import Preview
from plateward.ground.policy.trace import enforces
from plateward.people import days
from plateward.people.access.actions import RequestedAccess, create_person_and_request
from plateward.people.bulk_import.table import COLUMNS, ExistingData, ParsedPeople, parse_people
from plateward.people.models import District, Person, Unit

PURPOSE = "people"


def existing_data() -> ExistingData:
    """What the hub has already."""
    supervisors = Person.objects.values_list("username", "supervisor__username")
    units = Unit.objects.values_list("name", "district__name")
    return ExistingData(
        {username: above or "" for username, above in supervisors},
        set(Person.objects.values_list("badge", flat=True)),
        {name: district or "" for name, district in units},
        set(District.objects.values_list("name", flat=True)),
        days.today(),
        settings.AGENCY_ORI,
    )


def preview_import(actor: Actor, file_name: str, content: bytes) -> Preview[ParsedPeople]:
    """Preview what a file would add; nothing is added. Raises NotACsvFile."""
    with act(actor, Event.PERSON_IMPORT, "people") as entry:
        parsed = parse_people(content, existing_data())
        upload = uploads.keep(actor, PURPOSE, file_name, content, COLUMNS)
        entry.note(file=upload.file_name, sha256=upload.sha256, dry_run=True)
        entry.note(people=len(parsed.rows), rejected=len(parsed.rejections))
    return Preview(upload, parsed)


@enforces("6.e.i/own", "5.d/account", "AC-2/approval")
def apply_import(actor: Actor, upload: Upload) -> ParsedPeople:
    """Make an account for each valid line, and request its access: all of them, or none.

    Nobody can do anything yet: another person approves each, and then gives each a first password in person.
    Raises UploadGone, NotACsvFile, AccountError, Refused.
    """
    reason = f"Import of {upload}"
    with act(actor, Event.PERSON_IMPORT, "people", reason=reason) as entry:
        entry.note(file=upload.file_name, sha256=upload.sha256, dry_run=False)
        parsed = parse_people(uploads.claim(upload), existing_data())
        if not parsed.rows:
            raise NotACsvFile(f"No line of {upload} can be used.")
        for name in parsed.districts:
            District.objects.create(name=name)
        districts = {known_district.name: known_district for known_district in District.objects.all()}
        for name, district in parsed.units.items():
            Unit.objects.create(name=name, district=districts.get(district))
        _create_people(actor, parsed, reason)
        entry.note(
            people=len(parsed.rows),
            rejected=len(parsed.rejections),
            units=sorted(parsed.units),
            districts=list(parsed.districts),
        )
    return parsed


def _create_people(actor: Actor, parsed: ParsedPeople, reason: str) -> None:
    """Supervisors first, because a request names the account of its supervisor."""
    made = {person.username: person for person in Person.objects.all()}
    waiting = {row.username: row for row in parsed.rows}
    while waiting:
        ready = [row for row in waiting.values() if row.supervisor not in waiting]
        for row in ready:
            del waiting[row.username]
            made[row.username], _ = create_person_and_request(
                actor,
                row.username,
                row.name,
                badge=row.badge,
                rank=row.rank,
                agency=row.agency,
                sworn=row.sworn,
                employed_since=row.employed_since,
                employed_until=row.employed_until,
                password="",
                wanted=RequestedAccess(row.role, reason, row.unit, made.get(row.supervisor)),
            )
