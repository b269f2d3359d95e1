"""EIDO's own schema, from the reference material: validates what the hub and the simulated CAD write."""

from functools import lru_cache
from typing import Any

import yaml
from jsonschema import Draft202012Validator

from plateward.testing import reference_path


def schema_errors(document: Any) -> list[str]:
    """A decoded document's errors against the schema: empty if valid."""
    return [f"{error.json_path}: {error.message[:200]}" for error in _schema().iter_errors(document)]


@lru_cache(maxsize=1)
def _schema() -> Draft202012Validator:
    schema = yaml.safe_load(reference_path("formats", "eido", "openapi.yaml").read_text())
    whole = {"$ref": "#/components/schemas/EmergencyIncidentDataObjectType"}
    return Draft202012Validator(whole | {"components": _usable(schema["components"])})


def _usable(part: Any) -> Any:
    """The schema without references to NIEM's files, which are absent (open objects), and with "minItems: 1,", which
    YAML takes as text, as the number that it is."""
    if isinstance(part, list):
        return [_usable(item) for item in part]
    if not isinstance(part, dict):
        return part
    members = {k: v for k, v in part.items() if not (k == "$ref" and isinstance(v, str) and v[0] != "#")}
    if isinstance(members.get("minItems"), str):
        members["minItems"] = int(members["minItems"].rstrip(","))
    return {name: _usable(value) for name, value in members.items()}
