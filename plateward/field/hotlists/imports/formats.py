"""Formats by the name that a person or feed gives, their readers, and their versions: each change is a new one, and
every version is kept."""

import msgspec
from django.db import transaction
from django.db.models import Max, QuerySet

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.field.hotlists.imports import ncic
from plateward.field.hotlists.imports.mapper import FormatError, Mapper
from plateward.field.hotlists.imports.models import Feed, Format
from plateward.field.hotlists.imports.plateward_csv import PlatewardCsv
from plateward.field.hotlists.imports.rows import FormatReader as Reader
from plateward.field.hotlists.imports.rows import NotAList
from plateward.field.hotlists.imports.spec import FormatSpec, NcicCodes
from plateward.field.hotlists.models import Reason
from plateward.ground.policy.decision import Refusal, Refused
from plateward.ground.policy.trace import enforces

CSV, NCIC = "csv", "ncic"
BUILT_IN = {CSV: "Plateward CSV", NCIC: "NCIC extract (VEHEXTRT)"}


def latest_formats() -> QuerySet[Format]:
    """The version in use of every described format."""
    newest = Format.objects.order_by().values("name").annotate(newest=Max("pk")).values("newest")
    return Format.objects.filter(pk__in=newest, retired=False)


def format_choices() -> list[tuple[str, str]]:
    """Every format that can be chosen, with its label."""
    described = [(row.name, row.name) for row in latest_formats() if row.name not in BUILT_IN]
    return [*BUILT_IN.items(), *described]


def current_reference(name: str) -> str:
    """The reference of the version in use, which a load stores. Raises NotAList."""
    if name == CSV:
        return CSV
    stored = latest_formats().filter(name=name).first()
    if stored is not None:
        return f"{name}:{stored.version}"
    if name == NCIC:
        return f"{NCIC}:0"
    raise NotAList(
        f"There is no format '{name[:60]}'. There are: {', '.join(key for key, _ in format_choices())}."
    )


def ncic_reasons() -> dict[str, str]:
    """The current reason of each NCIC file."""
    stored = latest_formats().filter(name=NCIC).first()
    return ncic.default_reasons() | (msgspec.convert(stored.spec, NcicCodes).ncic if stored else {})


def format_reader(reference: str) -> Reader:
    """The reader for files of this format. Raises NotAList if the version is missing or makes no sense."""
    if reference == CSV:
        return PlatewardCsv()
    name, _, version = reference.rpartition(":")
    if (name, version) == (NCIC, "0"):
        return ncic.NcicExtract(ncic.default_reasons())
    try:
        spec = Format.objects.values_list("spec", flat=True).get(name=name, version=int(version or 0))
        if name == NCIC:
            return ncic.NcicExtract(ncic.default_reasons() | msgspec.convert(spec, NcicCodes).ncic)
        return Mapper(msgspec.convert(spec, FormatSpec))
    except (Format.DoesNotExist, FormatError, msgspec.ValidationError, ValueError) as error:
        raise NotAList(f"The format {reference} cannot be used: {error}") from error


@enforces("6.b.i.9/entries")
def save_format(actor: Actor, name: str, spec: FormatSpec) -> Format:
    """Store a format as its next version. Raises FormatError."""
    with act(actor, Event.FORMAT_UPDATE, f"format:{name}") as entry:
        if name in BUILT_IN or ":" in name or not name.isprintable() or not 1 <= len(name) <= 60:
            raise FormatError(
                "A format's name has 1 to 60 characters, no colon, and is not csv or ncic.", "name"
            )
        Mapper(spec)
        version = _add_version(actor, name, msgspec.to_builtins(spec))
        entry.note(version=version.version, layout=spec.layout, fields=sorted(spec.fields))
    return version


@enforces("SB40.use/immigration", "6.b.i.9/entries")
def save_ncic_reasons(actor: Actor, reasons: dict[str, str]) -> Format:
    """Set the reason for each NCIC file, "" to skip the file. Raises Refused for the immigration violator
    file, FormatError for an unknown file or reason."""
    with act(actor, Event.FORMAT_UPDATE, f"format:{NCIC}") as entry:
        if reasons.get(ncic.IMMIGRATION):
            raise Refused(
                Refusal(
                    "SB40.use",
                    "File code N is NCIC's immigration violators; SB 40 does not allow this use of a plate reader.",
                    "It must stay off.",
                )
            )
        chosen = {code: reason for code, reason in reasons.items() if code != ncic.IMMIGRATION}
        if unknown := chosen.keys() - ncic.FILES.keys():
            raise FormatError(f"{', '.join(sorted(unknown))[:40]} is not a file code of the NCIC extract.")
        current = Reason.current()
        if wrong := {reason for reason in chosen.values() if reason and reason not in current}:
            raise FormatError(f"'{', '.join(sorted(wrong))[:60]}' is not a reason of OPR:50 5.f.")
        version = _add_version(actor, NCIC, msgspec.to_builtins(NcicCodes(chosen)))
        entry.note(version=version.version, off=sorted(code for code, reason in chosen.items() if not reason))
    return version


@enforces("6.b.i.9/entries")
def retire_format(actor: Actor, name: str) -> None:
    """Stop reading files by this format. Raises FormatError while a feed uses it."""
    with act(actor, Event.FORMAT_UPDATE, f"format:{name}") as entry:
        if Feed.objects.filter(format=name, on=True).exists():
            raise FormatError(f"A feed uses {name}. Change the feed's format first.")
        last = Format.objects.filter(name=name).order_by("-version").first()
        if last is None or last.retired or name in BUILT_IN:
            raise FormatError(f"There is no format {name} to retire.")
        version = _add_version(actor, name, last.spec, retired=True)
        entry.note(version=version.version, retired=True)


def _add_version(actor: Actor, name: str, spec: object, *, retired: bool = False) -> Format:
    last = Format.objects.filter(name=name).aggregate(last=Max("version"))["last"] or 0
    with transaction.atomic():  # if two run at once, the second fails and leaves nothing behind
        return Format.objects.create(name=name, version=last + 1, spec=spec, by=actor.key, retired=retired)
