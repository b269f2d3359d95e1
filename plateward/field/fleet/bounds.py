"""Where and when readers may record, as the log has it: intake asks with each batch."""

from collections.abc import Iterable, Mapping
from typing import Any

from plateward.core.audit.records.gate import Kept, MadeOfRecords, Tables, aware, refusal_of
from plateward.core.audit.records.integrity import Wrong, wrong_rows
from plateward.core.audit.records.tables import record_tables
from plateward.field.fleet.models import Deployment, Reader
from plateward.ground.policy.decision import Refused
from plateward.ground.policy.trace import enforces
from plateward.ground.wire.placement import DeploymentTimes, Zone


@enforces("6.a.ii.1/zones")
def exclusion_zones() -> list[Zone]:
    """All of them, ended ones too, in their order. Raises Refused if one is gone, or was altered, past the hub."""
    zones, altered = ZONES.read()
    _require_recorded(each.wrong for each in altered)
    return zones


@enforces("6.a.ii.1/outside")
def deployments_of(reader: Reader) -> list[DeploymentTimes]:
    """Those of this reader that command staff approved. Raises Refused if one of its deployments, its decision or its
    area was altered past the hub."""
    return _DEPLOYMENTS.of(reader.pk)


@enforces("6.a.ii.1/outside", "6.b.i.9/records")
def require_all_deployments() -> None:
    """Before reads are dropped, which nobody can undo: raises Refused if a row by which any reader may record is gone,
    or was altered, past the hub."""
    for table in _DEPLOYMENTS.tables.values():
        _require_recorded(wrong_rows(record_tables()[table]))


def _zones_of(tables: Tables) -> list[Zone]:
    rows = sorted(tables["fleet_exclusionzone"])
    return [Zone(lat, lon, radius_m, aware(ended_at)) for _, lat, lon, radius_m, ended_at in rows]


def _read_deployments(reader: tuple[Any, ...], wrong: Mapping[str, Wrong]) -> list[DeploymentTimes]:
    _require_recorded(wrong.values())
    return Deployment.objects.filter(reader__in=reader).times()


def _require_recorded(wrong: Iterable[Wrong]) -> None:
    for row in wrong:
        raise Refused(refusal_of(row))


ZONES = Kept({"fleet_exclusionzone": "r.id, r.lat, r.lon, r.radius_m, r.ended_at"}, _zones_of)
_DEPLOYMENTS = MadeOfRecords(
    "FROM fleet_deployment d LEFT JOIN fleet_deploymentdecision c ON c.deployment_id = d.id "
    "LEFT JOIN fleet_deploymentarea a ON a.deployment_id = d.id {joins} WHERE d.reader_id = %s ORDER BY d.id",
    {"d": "fleet_deployment", "c": "fleet_deploymentdecision", "a": "fleet_deploymentarea"},
    _read_deployments,
)
