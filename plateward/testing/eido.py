"""EIDO's own schema, read from the reference material: it judges what the hub and the simulated CAD write."""

from functools import lru_cache
from typing import Any

import yaml
from jsonschema import Draft202012Validator

from plateward.testing import reference_path


def schema_errors(document: Any) -> list[str]:
    """What a document, decoded, has against the schema: nothing where it is valid."""
    return [f"{error.json_path}: {error.message[:200]}" for error in _schema().iter_errors(document)]


@lru_cache(maxsize=1)
def _schema() -> Draft202012Validator:
    schema = yaml.safe_load(reference_path("formats", "eido", "openapi.yaml").read_text())
    whole = {"$ref": "#/components/schemas/EmergencyIncidentDataObjectType"}
    return Draft202012Validator(whole | {"components": _usable(schema["components"])})


def _usable(part: Any) -> Any:
    """Without the references to NIEM's files, which are not there (open objects), and with "minItems: 1,", which YAML
    takes as text, as the number that it is."""
    if isinstance(part, list):
        return [_usable(item) for item in part]
    if not isinstance(part, dict):
        return part
    kept = {k: v for k, v in part.items() if not (k == "$ref" and isinstance(v, str) and v[0] != "#")}
    if isinstance(kept.get("minItems"), str):
        kept["minItems"] = int(kept["minItems"].rstrip(","))
    return {name: _usable(value) for name, value in kept.items()}
