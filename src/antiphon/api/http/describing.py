"""The OpenAPI description, made from the routes and from the very types that requests are read into."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

import msgspec

from antiphon.api.http.routing import Route

Schema = dict[str, Any]
REFERENCE = "#/components/schemas/{name}"
_NAMED = re.compile(r"\{(\w+)\}")


class Described(msgspec.Struct, frozen=True, kw_only=True):
    """A dialect as the description shows it. `mount` is where its paths begin; `wrap` puts the schema of an answer's
    data into the dialect's envelope (paged or not), `problem` is the type of its errors, `parts` are types that only
    schemas written by hand name."""

    name: str
    about: str
    mount: str
    routes: tuple[Route, ...]
    wrap: Callable[[Schema, bool], Schema]
    problem: Any
    parts: tuple[Any, ...] = ()


def describe(
    dialects: Sequence[Described], *, version: str, beside: Sequence[Mapping[str, Any]] = ()
) -> dict[str, Any]:
    """The whole description in OpenAPI 3.1. `beside` are finished descriptions of dialects that have no routes here."""
    types = _types(dialects)
    schemas, components = msgspec.json.schema_components(types, ref_template=REFERENCE)
    known = {id(kind): schema for kind, schema in zip(types, schemas, strict=True)}
    paths: dict[str, dict[str, Any]] = {}
    for dialect in dialects:
        for route in dialect.routes:
            paths.setdefault(route.path, {})[route.method.lower()] = _operation(dialect, route, known)
    whole: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {
            "title": "Antiphon",
            "version": version,
            "description": "A self-hosted music streaming server: one core, many voices.",
            "license": {"name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later"},
        },
        "tags": [{"name": dialect.name, "description": dialect.about} for dialect in dialects],
        "paths": paths,
        "components": {"schemas": components, "securitySchemes": dict(_SECURITY_SCHEMES)},
        "security": [{"bearer": []}, {"cookie": []}],
    }
    for part in beside:
        whole["tags"].extend(part.get("tags", ()))
        paths.update(part.get("paths", {}))
        added = part.get("components", {})
        components.update(added.get("schemas", {}))
        whole["components"]["securitySchemes"].update(added.get("securitySchemes", {}))
    return whole


_SECURITY_SCHEMES: Schema = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "A session token or an API key. `Authorization: Token` and `Authentication-Token:` do as well.",
    },
    "cookie": {"type": "apiKey", "in": "cookie", "name": "antiphon_session", "description": "For the web player."},
}


def _types(dialects: Iterable[Described]) -> list[Any]:
    found: dict[int, Any] = {}
    for dialect in dialects:
        for kind in (dialect.problem, *dialect.parts):
            found[id(kind)] = kind
        for route in dialect.routes:
            for kind in (route.body, route.data):
                if kind is not None:
                    found[id(kind)] = kind
    return list(found.values())


def _operation(dialect: Described, route: Route, known: Mapping[int, Schema]) -> Schema:
    operation: Schema = {
        "operationId": _operation_id(route),
        "summary": route.summary,
        "tags": [dialect.name, route.tag],
        "parameters": _parameters(route),
        "responses": {
            str(route.status): _success(dialect, route, known),
            "default": {
                "description": "A refusal.",
                "content": {"application/json": {"schema": known[id(dialect.problem)]}},
            },
        },
    }
    if route.body is not None:
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": known[id(route.body)]}},
        }
    if route.body_media:
        operation["requestBody"] = {"required": True, "content": {route.body_media: {"schema": {}}}}
    if route.access == "anyone":
        operation["security"] = []
    if route.access == "reader":
        operation["security"] = [{}, {"bearer": []}, {"cookie": []}]
    if route.access == "admin":
        operation["description"] = "For admins."
    return operation


def _success(dialect: Described, route: Route, known: Mapping[int, Schema]) -> Schema:
    if route.status == HTTPStatus.NO_CONTENT:
        return {"description": "Nothing more is there."}
    if route.media != "application/json":
        return {"description": "The bytes.", "content": {route.media: {"schema": {}}}}
    data = {"type": "null"} if route.data is None else known[id(route.data)]
    is_list = data.get("type") == "array"
    schema = dialect.wrap(data, is_list)
    return {"description": "The answer.", "content": {"application/json": {"schema": schema}}}


def _parameters(route: Route) -> list[Schema]:
    found: list[Schema] = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string" if route.has_opaque_id else "integer"},
        }
        for name in _NAMED.findall(route.path)
    ]
    if route.query is not None:
        properties = _inlined(route.query)
        found.extend(
            {"name": name, "in": "query", "required": False, "schema": schema} for name, schema in properties.items()
        )
    if route.paged:
        for name, default in (("limit", 50), ("offset", 0)):
            schema = {"type": "integer", "minimum": 0, "default": default}
            found.append({"name": name, "in": "query", "required": False, "schema": schema})
    return found


def _inlined(shape: Any) -> Schema:
    """The properties of a struct whose fields are all plain."""
    schema = msgspec.json.schema(shape)
    name = schema["$ref"].rpartition("/")[2]
    return {field: _without_null(value) for field, value in schema["$defs"][name]["properties"].items()}


def _without_null(schema: Schema) -> Schema:
    """A parameter that is left out is not null: it is not there."""
    kinds = [kind for kind in schema.get("anyOf", ()) if kind != {"type": "null"}]
    return kinds[0] if len(kinds) == 1 else schema


def _operation_id(route: Route) -> str:
    words = re.sub(r"[^A-Za-z0-9]+", "_", route.path).strip("_")
    return f"{route.method.lower()}_{words}"
