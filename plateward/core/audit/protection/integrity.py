"""Each trigger, constraint and function that protects records is there, is the hub's, and has been on all the time."""

from collections.abc import Iterator, Mapping
from datetime import timedelta

from django.conf import settings
from django.db import connection

from plateward.core.audit.protection.declared import declared_functions, declared_tables
from plateward.core.audit.protection.found import (
    OFF,
    Protected,
    last_change,
    own_functions,
    protected_tables,
)
from plateward.core.db.roles import beyond, privileges
from plateward.core.jobs.check import Check, Fault, Group, whole
from plateward.ground.policy.trace import enforces

_seen: list[str] = []  # the last change that this process knows of


@enforces("6.b.i.3/integrity", "6.b.i.9/records", "6.j.i/proven")
def check_protection() -> tuple[int, list[Fault]]:
    """What protects the records is as declared, and nothing of it was changed and set back since the last look."""
    declared, found, changed = declared_tables(connection.vendor), protected_tables(), last_change()
    faults = [fault for table, made in declared.items() for fault in _faults(table, made, found.get(table))]
    faults += _faults_of_functions(declared_functions(connection.vendor), own_functions())
    if _seen and changed != _seen[0] and not faults:
        faults.append(
            Fault(
                "triggers",
                "One was changed and set back since the last look: records could be changed meanwhile.",
            )
        )
    _seen[:] = [changed]
    if settings.DATABASE_OWNER:
        faults += _privilege_faults()
    return len(declared), faults


def forget_changes() -> None:
    """What was changed until now was the hub's own doing."""
    _seen.clear()


@enforces("6.j.i/proven", "AU-9/append")
def _privilege_faults() -> Iterator[Fault]:
    """What the hub's own role may do beyond what migrations grant it."""
    for what in beyond():
        yield Fault("role of the hub", f"It {what}: who has its password can change records unnoticed.")
    for of_table in privileges():
        if of_table.owned:
            yield Fault(
                f"table {of_table.table}", "The hub's own role owns it, and can switch its triggers off."
            )
        elif of_table.extra:
            yield Fault(
                f"table {of_table.table}", f"The hub's role was granted {', '.join(of_table.extra)} on it."
            )
        elif of_table.missing:
            yield Fault(
                f"table {of_table.table}", f"The hub's role lacks {', '.join(of_table.missing)} on it."
            )


def _faults(table: str, declared: Protected, found: Protected | None) -> Iterator[Fault]:
    if found is None:
        yield Fault(f"table {table}", "It is gone.")
        return
    for name in sorted({*declared.triggers, *found.triggers}):
        if problem := _problem(declared.triggers.get(name), found.triggers.get(name)):
            yield Fault(
                f"table {table}", f"{problem.format(name=name)} The table's records can be changed unnoticed."
            )
    if found.rest != declared.rest:
        yield Fault(f"table {table}", "Its columns or constraints are not those that the hub made.")


def _faults_of_functions(declared: Mapping[str, str], found: Mapping[str, str]) -> Iterator[Fault]:
    for name in sorted({*declared, *found}):
        if name not in found:
            yield Fault(f"function {name}", "It is gone.")
        elif name not in declared:
            problem = "It was added, and is not the hub's: it can answer in the place of the database's own."
            yield Fault(f"function {name}", problem)
        elif found[name] != declared[name]:
            yield Fault(f"function {name}", "It was replaced: it does not do what the hub made it for.")


def _problem(declared: str | None, found: str | None) -> str:
    if declared == found:
        return ""
    if declared is None:
        return "A trigger or rule “{name}” was added to it, which is not the hub's."
    return {
        None: "Its trigger “{name}” is gone.",
        OFF: "Its trigger “{name}” is switched off.",
    }.get(found, "Its trigger “{name}” was replaced.")


CHECKS = (
    Check(
        "audit.protection", Group.LOG, "Triggers, constraints and functions that protect records", "tables", "6.j.i",
        "Report a breach: who has rights over the database changed what protects its records. Have the change undone, "
        "or restore the database from the last backup before it.",
        whole(check_protection), every=timedelta(minutes=1),
    ),
)  # fmt: skip
