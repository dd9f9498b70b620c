"""The OpenAPI description, asked of the product itself, and what is made from it."""

import asyncio
import json
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx2

from antiphon.bootstrap.settings import read_settings
from antiphon.bootstrap.web import make_web
from antiphon.bootstrap.wiring import wire

Json = dict[str, Any]
METHODS = ("get", "post", "put", "patch", "delete")


@cache
def description() -> Json:
    """What the server answers at `/api/v1/openapi.json`."""

    async def ask() -> Json:
        with TemporaryDirectory() as place:
            application = wire(read_settings({"ANTIPHON_DATA": place}, Path(place)))
            web = make_web(application, worker_runs=lambda: True)
            transport = httpx2.ASGITransport(app=web.application)
            async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
                answer = await client.get("/api/v1/openapi.json")
            await application.close()
            found: Json = answer.raise_for_status().json()
            return found

    return asyncio.run(ask())


def operations() -> Iterator[tuple[str, str, str, Json]]:
    """Dialect, method, path and record of every operation, in the order of the description."""
    for path, methods in description()["paths"].items():
        for method in METHODS:
            if method in methods:
                yield methods[method]["tags"][0], method.upper(), path, methods[method]


def reference_page() -> str:
    """`docs/api.md`: every route of every dialect."""
    about = {tag["name"]: tag.get("description", "") for tag in description().get("tags", [])}
    lines = [
        "# Interfaces",
        "",
        "Every route, by dialect. Parameters, bodies and answers stand in the OpenAPI description that the server",
        "itself gives at `/api/v1/openapi.json`, readable at `/docs`; [a Postman collection](postman.json) is made",
        "from it. Routes marked *open* need no sign-in.",
    ]
    by_dialect: dict[str, list[str]] = defaultdict(list)
    for dialect, method, path, operation in operations():
        access = "open" if operation.get("security") == [] else ""
        by_dialect[dialect].append(f"| {method} | `{path}` | {operation.get('summary', '')} | {access} |")
    for dialect, rows in by_dialect.items():
        lines += [
            "",
            f"## {dialect}",
            "",
            about.get(dialect, ""),
            "",
            "| | path | what it does | |",
            "|---|---|---|---|",
            *rows,
        ]
    return "\n".join(lines) + "\n"


def postman_collection() -> str:
    """`docs/postman.json`: a folder per dialect; the token of a sign-in is kept for the requests that follow."""
    folders: dict[str, list[Json]] = defaultdict(list)
    for dialect, method, path, operation in operations():
        folders[dialect].append(_postman_item(method, path, operation))
    collection = {
        "info": {
            "name": "Antiphon",
            "description": description()["info"].get("description", ""),
            "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json",
        },
        "variable": [{"key": "base_url", "value": "http://127.0.0.1:8000"}, {"key": "token", "value": ""}],
        "auth": {"type": "bearer", "bearer": [{"key": "token", "value": "{{token}}", "type": "string"}]},
        "item": [{"name": dialect, "item": items} for dialect, items in folders.items()],
    }
    return json.dumps(collection, indent=1, ensure_ascii=False) + "\n"


KEEP_TOKEN = [
    "const answer = pm.response.json();",
    "const token = (answer.data || answer).token || answer.key;",
    "if (token) pm.collectionVariables.set('token', token);",
]


def _postman_item(method: str, path: str, operation: Json) -> Json:
    parameters = operation.get("parameters", [])
    segments = [f":{part[1:-1]}" if part.startswith("{") else part for part in path.split("/")[1:]]
    url: Json = {"raw": "{{base_url}}/" + "/".join(segments), "host": ["{{base_url}}"], "path": segments}
    query = [
        {"key": parameter["name"], "value": _as_text(parameter), "disabled": not parameter.get("required", False)}
        for parameter in parameters
        if parameter["in"] == "query"
    ]
    named = [{"key": parameter["name"], "value": "1"} for parameter in parameters if parameter["in"] == "path"]
    if query:
        url["query"] = query
    if named:
        url["variable"] = named
    request: Json = {"method": method, "header": [], "url": url}
    if operation.get("security") == []:
        request["auth"] = {"type": "noauth"}
    body = _postman_body(operation)
    if body:
        request["body"] = body
    item: Json = {"name": f"{operation.get('summary') or path} ({method} {path})", "request": request}
    if method == "POST" and path.rstrip("/").endswith("login"):
        item["event"] = [{"listen": "test", "script": {"type": "text/javascript", "exec": KEEP_TOKEN}}]
    return item


def _postman_body(operation: Json) -> Json | None:
    content = operation.get("requestBody", {}).get("content", {})
    if "application/json" in content:
        sample = json.dumps(_sample(content["application/json"].get("schema", {})), indent=2, ensure_ascii=False)
        return {"mode": "raw", "raw": sample, "options": {"raw": {"language": "json"}}}
    if "multipart/form-data" in content:
        fields = _resolved(content["multipart/form-data"].get("schema", {})).get("properties", {})
        return {
            "mode": "formdata",
            "formdata": [
                {"key": name, "type": "file" if field.get("format") == "binary" else "text"}
                for name, field in fields.items()
            ],
        }
    return None


def _as_text(parameter: Json) -> str:
    value = _sample(parameter.get("schema", {}))
    return value if isinstance(value, str) else json.dumps(value)


def _resolved(schema: Json) -> Json:
    while "$ref" in schema:
        schema = description()["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def _sample(schema: Json, depth: int = 0) -> Any:
    """A value that fits a schema, as something to start typing from."""
    schema = _resolved(schema)
    for given in ("default", "const"):
        if given in schema:
            return schema[given]
    if schema.get("examples") or schema.get("enum"):
        return (schema.get("examples") or schema["enum"])[0]
    for choice in ("anyOf", "oneOf"):
        if choice in schema:
            return _sample(schema[choice][0], depth)
    kind = schema.get("type", "object" if "properties" in schema else None)
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object" and depth < 4:
        return {name: _sample(field, depth + 1) for name, field in schema.get("properties", {}).items()}
    if "prefixItems" in schema:
        return [_sample(one, depth + 1) for one in schema["prefixItems"]]
    if kind == "array":
        return [_sample(schema["items"], depth + 1)] if schema.get("items") and depth < 4 else []
    return {"integer": max(1, schema.get("minimum", 1)), "number": 1.0, "boolean": True, "string": ""}.get(str(kind))
