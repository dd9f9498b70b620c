"""The dialect for the OpenAPI description, made from the table of endpoints."""

import re
from typing import Any

from antiphon.api.opensubsonic.calls import Endpoint
from antiphon.api.opensubsonic.endpoints.absent import not_here
from antiphon.api.opensubsonic.routes import ENDPOINTS

_ABOUT = (
    "OpenSubsonic, for the apps that speak it. Every endpoint also by POST and with `.view` at its end; parameters as "
    "the OpenSubsonic documentation has them."
)
_KEY = {
    "type": "apiKey",
    "in": "query",
    "name": "apiKey",
    "description": "An API key. Or `u` with `t` and `s` (or `p`) of an app password; the account's password never.",
}


def describe_opensubsonic() -> dict[str, Any]:
    """Tags, paths and components. Endpoints that nothing answers are left out."""
    answered = [one for one in ENDPOINTS.values() if one.handler is not not_here]
    return {
        "tags": [{"name": "opensubsonic", "description": _ABOUT, "x-mount": "/rest"}],
        "paths": {f"/rest/{endpoint.name}": {"get": _operation(endpoint)} for endpoint in answered},
        "components": {"securitySchemes": {"subsonic": _KEY}},
    }


def _operation(endpoint: Endpoint) -> dict[str, Any]:
    words = re.sub(r"(?<=[a-z])(?=[A-Z0-9])", " ", endpoint.name).lower()
    content = {"application/octet-stream": {"schema": {}}} if endpoint.sends_bytes else _enveloped(endpoint)
    form = {"name": "f", "in": "query", "required": False, "schema": {"enum": ["xml", "json", "jsonp"]}}
    return {
        "operationId": f"rest_{endpoint.name}",
        "summary": words[:1].upper() + words[1:],
        "tags": ["opensubsonic"],
        "parameters": [form],
        "responses": {"200": {"description": "The answer, or an error with its code.", "content": content}},
        "security": [] if endpoint.is_open else [{"subsonic": []}],
    }


def _enveloped(endpoint: Endpoint) -> dict[str, Any]:
    inside: dict[str, Any] = {"status": {"enum": ["ok", "failed"]}, "version": {"type": "string"}}
    if endpoint.element:
        inside[endpoint.element] = {}
    schema = {"type": "object", "properties": {"subsonic-response": {"type": "object", "properties": inside}}}
    return {"application/json": {"schema": schema}, "text/xml": {"schema": {"type": "string"}}}
