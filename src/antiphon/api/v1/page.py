"""The description as a page: made by the server from the description itself, without a script or an outside address."""

import base64
import hashlib
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from antiphon.api.http.asgi import Header

STYLE = """
:root { color-scheme: light dark; --line: color-mix(in oklab, currentColor 18%, transparent) }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 0 auto; padding: 1.5rem }
h1 { font-size: 1.7rem } h2 { font-size: 1.25rem; margin-top: 2.5rem } h3 { font-size: 1rem; margin: 1.5rem 0 .5rem }
code, .path { font-family: ui-monospace, monospace; font-size: .92em }
nav a { margin-right: 1rem }
details { border-top: 1px solid var(--line); padding: .45rem 0 }
summary { cursor: pointer; overflow-wrap: anywhere }
.method { display: inline-block; min-width: 4.5rem; font-weight: 600 }
.who { opacity: .7; font-size: .9em }
table { border-collapse: collapse; margin: .4rem 0 .8rem; width: 100% }
th, td { text-align: left; vertical-align: top; padding: .2rem .8rem .2rem 0; border-bottom: 1px solid var(--line) }
"""
_METHODS = ("get", "post", "put", "patch", "delete")


def page_policy() -> Header:
    """What the page may load: nothing but its own style, known by its hash."""
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return b"content-security-policy", policy.encode()


def render_page(document: Mapping[str, Any]) -> str:
    """The page for an OpenAPI document."""
    info = document["info"]
    parts = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(info['title'])}: interfaces</title><style>{STYLE}</style></head><body>",
        f"<h1>{escape(info['title'])} {escape(info['version'])}: interfaces</h1>",
        "<p>For machines: <a href='/api/v1/openapi.json'><code>/api/v1/openapi.json</code></a>. "
        "A token goes into <code>Authorization: Bearer …</code>.</p><nav>",
    ]
    tags = document["tags"]
    parts.extend(f'<a href="#{escape(tag["name"])}">{escape(tag["name"])}</a>' for tag in tags)
    parts.append('<a href="#shapes">Shapes</a></nav>')
    for tag in tags:
        parts.extend(_dialect(document, tag))
    parts.append('<h2 id="shapes">Shapes</h2>')
    for name, schema in sorted(document["components"]["schemas"].items()):
        parts.append(f'<details id="{escape(name)}"><summary><code>{escape(name)}</code></summary>')
        parts.extend(_shape(schema))
        parts.append("</details>")
    parts.append("</body></html>")
    return "\n".join(parts)


def _dialect(document: Mapping[str, Any], tag: Mapping[str, Any]) -> Iterator[str]:
    name = tag["name"]
    yield f'<h2 id="{escape(name)}">{escape(name)}</h2><p>{escape(tag.get("description", ""))}</p>'
    groups: dict[str, list[str]] = {}
    for path, methods in document["paths"].items():
        for method in _METHODS:
            operation = methods.get(method)
            if operation is not None and operation["tags"][0] == name:
                group = operation["tags"][1] if len(operation["tags"]) > 1 else ""
                groups.setdefault(group, []).append("".join(_operation(path, method, operation)))
    for group, operations in groups.items():
        if group:
            yield f"<h3>{escape(group)}</h3>"
        yield from operations


def _operation(path: str, method: str, operation: Mapping[str, Any]) -> Iterator[str]:
    who = "anyone" if operation.get("security") == [] else operation.get("description", "")
    yield f'<details><summary><span class="method">{method.upper()}</span> <span class="path">{escape(path)}</span> '
    yield f'{escape(operation.get("summary", ""))} <span class="who">{escape(who)}</span></summary>'
    rows = [
        (one["name"], _kind(one["schema"]), f"in the {one['in']}" + ("" if one.get("required") else ", optional"))
        for one in operation.get("parameters", ())
    ]
    if rows:
        yield _table(("Parameter", "Value", "Where"), rows)
    body = operation.get("requestBody")
    if body is not None:
        yield f"<p>Takes {_content(body['content'])}.</p>"
    for status, response in operation.get("responses", {}).items():
        if status != "default" and "content" in response:
            yield f"<p>{escape(status)}: {_content(response['content'])}.</p>"
    yield "</details>"


def _content(content: Mapping[str, Any]) -> str:
    return " or ".join(
        f"{_kind(one['schema'])} (<code>{escape(media)}</code>)"
        if one.get("schema")
        else f"<code>{escape(media)}</code>"
        for media, one in content.items()
    )


def _shape(schema: Mapping[str, Any]) -> Iterator[str]:
    if schema.get("description"):
        yield f"<p>{escape(schema['description'])}</p>"
    required = schema.get("required", ())
    rows = [
        (name, _kind(value), "" if name in required else "optional")
        for name, value in schema.get("properties", {}).items()
    ]
    if rows:
        yield _table(("Field", "Value", ""), rows)


def _table(heads: tuple[str, str, str], rows: list[tuple[str, str, str]]) -> str:
    """Names are escaped here; values are finished pieces of the page."""
    head = "".join(f"<th>{escape(one)}</th>" for one in heads)
    body = "".join(
        f"<tr><td><code>{escape(name)}</code></td><td>{value}</td><td>{escape(where)}</td></tr>"
        for name, value, where in rows
    )
    return f"<table><tr>{head}</tr>{body}</table>"


def _kind(schema: Mapping[str, Any]) -> str:
    """A schema in a few words, with links to the shapes it names."""
    if "$ref" in schema:
        name = escape(schema["$ref"].rpartition("/")[2])
        return f'<a href="#{name}">{name}</a>'
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return " or ".join(_kind(one) for one in schema[several])
    if "enum" in schema:
        return " | ".join(f"<code>{escape(str(one))}</code>" for one in schema["enum"])
    if "const" in schema:
        return f"<code>{escape(str(schema['const']).lower())}</code>"
    kind = schema.get("type", "anything")
    if "prefixItems" in schema:
        return f"[{', '.join(_kind(one) for one in schema['prefixItems'])}]"
    if kind == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    if kind == "object" and schema.get("properties"):
        inner = ", ".join(f"{escape(name)}: {_kind(value)}" for name, value in schema["properties"].items())
        return f"{{ {inner} }}"
    text = " or ".join(kind) if isinstance(kind, list) else str(kind)
    return escape(f"{text} ({schema['format']})" if "format" in schema else text)
