"""What the simulated switch says to each question."""

from plateward.simulators.ncic.records import Asked, OnFile, Parts, Truck, zeroed


def of_ncic(asked: Asked, found: list[OnFile]) -> Parts:
    """To a QV: each record in a part of its own."""
    if not found:
        return [("NO NCIC WANT", _plate(asked))]
    return [("", _record(record)) for record in found]


def of_fmcsa(asked: Asked, truck: Truck | None) -> Parts:
    """To an AVQ."""
    if truck is None:
        return [("NO PRISM RECORD", _plate(asked))]
    out = {"OOS": "Y" if truck.out_of_service else "N"} | ({"OOD": truck.since} if truck.since else {})
    dot = {"DOT": truck.dot} if truck.dot else {}
    return [(f"AVR.FM.{asked.ori}.TXT", {**_plate(asked), **dot, **out})]


def accepted(asked: Asked) -> Parts:
    """To a YQ that goes on to its agency."""
    return [("MESSAGE ACCEPTED", {"DST": asked.to})]


def response(asked: Asked, verdict: str, remark: str = "") -> Parts:
    """The YR to a YQ."""
    told = {key: asked.fields[key] for key in ("RTY", "RNO", "PRI", "OCA", "NIC", "LIC")}
    words = {"RMK": remark} if remark else {}
    return [(f"YR.{asked.to}.{asked.ori}.TXT", {**told, "CON": verdict, **words})]


def _plate(asked: Asked) -> dict[str, str]:
    return {"LIC": zeroed(asked.fields.get("LIC", "")), "LIS": asked.fields.get("LIS", "")}


def _record(record: OnFile) -> dict[str, str]:
    vehicle = {
        "VYR": record.year,
        "VMA": record.make,
        "VMO": record.model,
        "VST": record.style,
        "VCO": record.color,
    }
    return {
        "MKE": record.reason,
        "ORI": record.ori,
        "LIC": zeroed(record.plate),
        "LIS": record.state,
        **({"OCA": record.oca} if record.oca else {}),
        **{key: value for key, value in vehicle.items() if value},
        "NIC": record.nic,
    }
