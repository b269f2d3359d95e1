"""The simulated switch's answer to each question."""

from plateward.simulators.ncic.records import Parts, RecordOnFile, SwitchQuestion, Truck, with_zeros


def ncic_answer(question: SwitchQuestion, records: list[RecordOnFile]) -> Parts:
    """The answer to a QV: each record in a part of its own."""
    if not records:
        return [("NO NCIC WANT", _plate(question))]
    return [("", _record(record)) for record in records]


def fmcsa_answer(question: SwitchQuestion, truck: Truck | None) -> Parts:
    """The answer to an AVQ."""
    if truck is None:
        return [("NO PRISM RECORD", _plate(question))]
    out = {"OOS": "Y" if truck.out_of_service else "N"} | ({"OOD": truck.since} if truck.since else {})
    dot = {"DOT": truck.dot} if truck.dot else {}
    return [(f"AVR.FM.{question.ori}.TXT", {**_plate(question), **dot, **out})]


def acceptance(question: SwitchQuestion) -> Parts:
    """The answer to a YQ that is forwarded to its agency."""
    return [("MESSAGE ACCEPTED", {"DST": question.to})]


def hit_response(question: SwitchQuestion, verdict: str, remark: str = "") -> Parts:
    """The YR that answers a YQ."""
    repeated = {key: question.fields[key] for key in ("RTY", "RNO", "PRI", "OCA", "NIC", "LIC")}
    words = {"RMK": remark} if remark else {}
    return [(f"YR.{question.to}.{question.ori}.TXT", {**repeated, "CON": verdict, **words})]


def _plate(question: SwitchQuestion) -> dict[str, str]:
    return {"LIC": with_zeros(question.fields.get("LIC", "")), "LIS": question.fields.get("LIS", "")}


def _record(record: RecordOnFile) -> dict[str, str]:
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
        "LIC": with_zeros(record.plate),
        "LIS": record.state,
        **({"OCA": record.oca} if record.oca else {}),
        **{key: value for key, value in vehicle.items() if value},
        "NIC": record.nic,
    }
