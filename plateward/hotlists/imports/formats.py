"""Which formats there are, by the name a person or a feed gives, and what reads them."""

import msgspec
from django.db.models import QuerySet

from plateward.hotlists.imports import ncic
from plateward.hotlists.imports.house import House
from plateward.hotlists.imports.mapper import FormatError, Mapper
from plateward.hotlists.imports.models import Format
from plateward.hotlists.imports.rows import Format as Reader
from plateward.hotlists.imports.rows import NotAList
from plateward.hotlists.imports.spec import Codes, Spec

CSV, NCIC = "csv", "ncic"
BUILT_IN = {CSV: "Plateward CSV", NCIC: "NCIC extract (VEHEXTRT)"}


def latest() -> QuerySet[Format]:
    """The version in use of every described format."""
    newest = Format.objects.order_by("name", "-version")
    seen: dict[str, int] = {}
    for pk, name in newest.values_list("pk", "name"):
        seen.setdefault(name, pk)
    return Format.objects.filter(pk__in=seen.values(), retired=False)


def choices() -> list[tuple[str, str]]:
    """Every format that may be chosen, with its words."""
    described = [(one.name, one.name) for one in latest() if one.name not in BUILT_IN]
    return [*BUILT_IN.items(), *described]


def current(name: str) -> str:
    """The reference of the version in use: what a load keeps. Raises NotAList."""
    if name == CSV:
        return CSV
    found = latest().filter(name=name).first()
    if found is not None:
        return f"{name}:{found.version}"
    if name == NCIC:
        return f"{NCIC}:0"
    raise NotAList(f"There is no format '{name[:60]}'. There are: {', '.join(key for key, _ in choices())}.")


def codes() -> dict[str, str]:
    """Each NCIC file's reason, as it is now."""
    found = latest().filter(name=NCIC).first()
    return ncic.usual() | (msgspec.convert(found.spec, Codes).ncic if found else {})


def reader(reference: str) -> Reader:
    """What reads files of this format. Raises NotAList where the version is not there or makes no sense."""
    if reference == CSV:
        return House()
    name, _, version = reference.rpartition(":")
    if (name, version) == (NCIC, "0"):
        return ncic.Extract(ncic.usual())
    try:
        spec = Format.objects.values_list("spec", flat=True).get(name=name, version=int(version or 0))
        if name == NCIC:
            return ncic.Extract(ncic.usual() | msgspec.convert(spec, Codes).ncic)
        return Mapper(msgspec.convert(spec, Spec))
    except (Format.DoesNotExist, FormatError, msgspec.ValidationError, ValueError) as error:
        raise NotAList(f"The format {reference} cannot be used: {error}") from error
