"""The OpenAPI document as rows of a page. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class FieldRow:
    """A parameter, or a field of a body or an answer."""

    name: str
    kind: str
    required: bool
    text: str


@dataclass(frozen=True)
class OperationRow:
    """An operation. `takes`: in its address, query or body; `gives`: the fields of its answer."""

    method: str
    path: str
    summary: str
    text: str
    takes: tuple[FieldRow, ...]
    gives: tuple[FieldRow, ...]


def operations_of(document: dict[str, Any]) -> list[OperationRow]:
    """In the order of the document."""
    return [
        OperationRow(
            method.upper(),
            path,
            operation["summary"],
            operation.get("description", ""),
            (*_parameters(document, operation), *_fields(document, operation.get("requestBody", {}))),
            tuple(_fields(document, next(iter(operation["responses"].values()), {}))),
        )
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def _parameters(document: dict[str, Any], operation: dict[str, Any]) -> Iterator[FieldRow]:
    for parameter in operation.get("parameters", []):
        schema = _resolve(document, parameter["schema"])
        text = schema.get("description", "") or parameter.get("description", "")
        yield FieldRow(parameter["name"], _kind(document, schema), parameter["required"], text)


def _fields(document: dict[str, Any], body: dict[str, Any]) -> Iterator[FieldRow]:
    schema = _resolve(document, body.get("content", {}).get("application/json", {}).get("schema", {}))
    required = schema.get("required", [])
    for name, field in schema.get("properties", {}).items():
        yield FieldRow(name, _kind(document, field), name in required, field.get("description", ""))


def _kind(document: dict[str, Any], schema: dict[str, Any]) -> str:
    """In words: "text", "list of reads"."""
    choices = [part for part in schema.get("anyOf", []) if part.get("type") != "null"]
    if choices:
        return " or ".join(_kind(document, part) for part in choices)
    if "$ref" in schema:
        referred = _resolve(document, schema)
        values = referred.get("enum")
        return " | ".join(map(str, values)) if values else f"{schema['$ref'].rsplit('/', 1)[-1]}"
    if schema.get("type") == "array":
        return f"list of {_kind(document, schema['items'])}"
    return str(schema.get("format") or schema.get("type", "value"))


def _resolve(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in schema:
        return schema
    found: dict[str, Any] = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
    return found
