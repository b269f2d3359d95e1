"""A hot list for tests, loaded by the same act that a person uses."""

from plateward.audit.actor import Actor
from plateward.hotlists.imports.apply import apply_load
from plateward.hotlists.imports.preview import preview_load
from plateward.hotlists.imports.receive import receive_file
from plateward.hotlists.models import Load

GLORIA = Actor("person", "gloria", "Gloria Gallegos")


def load_hotlist(*rows: str, name: str = "State hot file", source: str = "NCIC") -> Load:
    """Rows as `plate,state,reason,priority,expires`; missing fields are stolen_vehicle, high, never."""
    given = [row.split(",") for row in rows]
    full = [",".join([*fields, *["", "NM", "stolen_vehicle", "high", ""][len(fields) :]]) for fields in given]
    content = "\n".join(["plate,state,reason,priority,expires", *full]).encode()
    return apply_load(GLORIA, preview_load(GLORIA, receive_file(GLORIA, name, source, "list.csv", [content])))
