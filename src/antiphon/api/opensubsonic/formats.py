"""The envelope around every answer, in JSON, XML and JSONP."""

import re
from typing import Literal, NamedTuple

import msgspec

from antiphon import __version__
from antiphon.api.opensubsonic.answers import Error
from antiphon.api.opensubsonic.values import Value
from antiphon.api.opensubsonic.xml import escape, write_element

API_VERSION = "1.16.1"
CALLBACK = re.compile(r"[A-Za-z_$][\w$.]{0,60}", re.ASCII)

Payload = Value | tuple[Value, ...]
"""What stands in the envelope: one value, or several under one name."""

_encode = msgspec.json.Encoder().encode


def _json_head(status: str) -> bytes:
    envelope = {
        "status": status,
        "version": API_VERSION,
        "type": "antiphon",
        "serverVersion": __version__,
        "openSubsonic": True,
    }
    return b'{"subsonic-response":' + _encode(envelope)[:-1]


def _xml_head(status: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<subsonic-response xmlns="http://subsonic.org/restapi" status="{status}" version="{API_VERSION}" '
        f'type="antiphon" serverVersion="{escape(__version__)}" openSubsonic="true">'
    )


_JSON_HEADS = {status: _json_head(status) for status in ("ok", "failed")}
_XML_HEADS = {status: _xml_head(status) for status in ("ok", "failed")}
_JSON_EMPTY = _JSON_HEADS["ok"] + b"}}"


class Format(NamedTuple):
    """How an answer is written. `old_only` leaves out of XML what clients of the Subsonic API trip over."""

    name: Literal["xml", "json", "jsonp"] = "xml"
    callback: str = ""
    old_only: bool = False

    @property
    def content_type(self) -> bytes:
        """The media type of the answer."""
        if self.name == "json":
            return b"application/json"
        return b"text/xml; charset=utf-8" if self.name == "xml" else b"application/javascript; charset=utf-8"

    def success(self, name: str, payload: Payload | None) -> bytes:
        """The whole answer of a call that went well; `name` is what its payload is called."""
        if self.name == "json":
            return _success_json(name, payload)
        if self.name == "jsonp":
            return self._called(_success_json(name, payload))
        element = "" if payload is None else write_element(name, payload, old_only=self.old_only)
        return f"{_XML_HEADS['ok']}{element}</subsonic-response>".encode()

    def failure(self, error: Error) -> bytes:
        """The whole answer of a call that did not go well."""
        if self.name == "xml":
            return f"{_XML_HEADS['failed']}{write_element('error', error)}</subsonic-response>".encode()
        body = _JSON_HEADS["failed"] + b',"error":' + _encode(error) + b"}}"
        return body if self.name == "json" else self._called(body)

    def _called(self, body: bytes) -> bytes:
        return self.callback.encode() + b"(" + body + b");"


XML = Format()
JSON = Format("json")
# For who asks for JSONP and names no function.
UNCALLED = Format("json")
# Clients that stopped at the Subsonic API and take every nested element for a song or a folder.
OLD_CLIENTS = frozenset(("dsub",))
OLD_XML = Format("xml", "", True)


def _success_json(name: str, payload: Payload | None) -> bytes:
    if payload is None:
        return _JSON_EMPTY
    return b"".join((_JSON_HEADS["ok"], b',"', name.encode(), b'":', _encode(payload), b"}}"))
