"""Looks up formats by the name that a person or feed gives, and their readers."""

import msgspec
from django.db.models import QuerySet

from plateward.hotlists.imports import ncic
from plateward.hotlists.imports.mapper import FormatError, Mapper
from plateward.hotlists.imports.models import Format
from plateward.hotlists.imports.plateward_csv import PlatewardCsv
from plateward.hotlists.imports.rows import FormatReader as Reader
from plateward.hotlists.imports.rows import NotAList
from plateward.hotlists.imports.spec import FormatSpec, NcicCodes

CSV, NCIC = "csv", "ncic"
BUILT_IN = {CSV: "Plateward CSV", NCIC: "NCIC extract (VEHEXTRT)"}


def latest_formats() -> QuerySet[Format]:
    """The version in use of every described format."""
    newest = Format.objects.order_by("name", "-version")
    newest_pks: dict[str, int] = {}
    for pk, name in newest.values_list("pk", "name"):
        newest_pks.setdefault(name, pk)
    return Format.objects.filter(pk__in=newest_pks.values(), retired=False)


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
