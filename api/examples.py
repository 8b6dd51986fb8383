"""Examples for every schema and operation, put together from those of the fields.

So an example is written once, beside the field it shows, and cannot contradict the schema around it.
"""

from __future__ import annotations

from typing import Any

Document = dict[str, Any]

_PLAIN = {"string": "…", "integer": 1, "number": 1.0, "boolean": True, "null": None}


def add_examples(document: Document) -> Document:
    """Give each component schema, JSON body and JSON answer an example; those written by hand stay."""
    schemas = document["components"]["schemas"]
    for schema in schemas.values():
        if "examples" not in schema:
            schema["examples"] = [example_of(schema, schemas)]
    for path in document["paths"].values():
        for operation in path.values():
            _add_to_operation(operation, schemas)
    return document


def example_of(schema: Document, schemas: Document) -> Any:  # noqa: ANN401 - any JSON value
    """Return an example of a schema: its own first one, or one put together from its parts."""
    if schema.get("examples"):
        return schema["examples"][0]
    for written in ("example", "const", "default"):
        if schema.get(written) is not None:
            return schema[written]
    for union in ("anyOf", "oneOf", "allOf"):
        if union in schema:
            return example_of(_telling(schema[union]), schemas)
    return _from_parts(schema, schemas)


def _from_parts(schema: Document, schemas: Document) -> Any:  # noqa: ANN401 - any JSON value
    if "$ref" in schema:
        return example_of(schemas[schema["$ref"].rsplit("/", 1)[1]], schemas)
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("type") == "array":
        return [example_of(schema.get("items", {}), schemas)]
    if "properties" in schema:
        return {name: example_of(field, schemas) for name, field in schema["properties"].items()}
    return _PLAIN.get(schema.get("type", ""), {})


def _telling(options: list[Document]) -> Document:
    return next((option for option in options if option.get("type") != "null"), options[0])


def _add_to_operation(operation: Document, schemas: Document) -> None:
    bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
    for body in bodies:
        for media in body.get("content", {}).values():
            if "example" not in media and "examples" not in media:
                media["example"] = example_of(media.get("schema", {}), schemas)
