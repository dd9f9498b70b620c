"""Calls of OpenSubsonic, made inside the process: through the outermost application, as a request from outside goes."""

import asyncio
import json
import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from antiphon.api.http.asgi import Application, Message

Parameter = str | int | Sequence[str | int]
NAMESPACE = "{http://subsonic.org/restapi}"


class Reply:
    """A whole answer."""

    def __init__(self, messages: list[Message]) -> None:
        start = messages[0]
        self.status: int = start["status"]
        self.headers: dict[str, str] = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in start["headers"]
        }
        self.chunks: list[bytes] = [message.get("body", b"") for message in messages[1:]]
        self.is_whole = bool(messages[1:]) and not messages[-1].get("more_body", False)

    @property
    def body(self) -> bytes:
        """All bytes."""
        return b"".join(self.chunks)

    @property
    def json(self) -> dict[str, Any]:
        """What stands in the envelope, the envelope's own fields too."""
        found: dict[str, Any] = json.loads(self.body)["subsonic-response"]
        return found

    @property
    def xml(self) -> ElementTree.Element:
        """The outermost element, without namespaces."""
        root = ElementTree.fromstring(self.body)
        for element in root.iter():
            element.tag = element.tag.removeprefix(NAMESPACE)
        return root

    @property
    def code(self) -> int | None:
        """The code of the error, None where the call went well; whatever the format is."""
        if self.headers["content-type"].startswith("text/xml"):
            error = self.xml.find("error")
            return None if error is None else int(error.attrib["code"])
        told = self.json.get("error")
        return None if told is None else int(told["code"])


class Client:
    """An app of somebody. `credentials` stand in every call."""

    def __init__(self, application: Application, credentials: Mapping[str, str]) -> None:
        self.application = application
        self.credentials = {"v": "1.16.1", "c": "tests", **credentials}

    async def request(
        self,
        method: str,
        path: str,
        query: str = "",
        *,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        leave_after: int | None = None,
    ) -> Reply:
        """One request as it stands. The client leaves after `leave_after` chunks of the answer."""
        given = {"host": "music.example", **(headers or {})}
        if body:
            given.setdefault("content-type", "application/x-www-form-urlencoded")
            given["content-length"] = str(len(body))
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": [(name.encode(), value.encode("latin-1")) for name, value in given.items()],
            "client": ("192.0.2.7", 40000),
            "server": ("127.0.0.1", 8000),
            "scheme": "http",
            "http_version": "1.1",
        }
        incoming: asyncio.Queue[Message] = asyncio.Queue()
        incoming.put_nowait({"type": "http.request", "body": body, "more_body": False})
        messages: list[Message] = []

        async def send(message: Message) -> None:
            messages.append(message)
            if leave_after is not None and len(messages) == leave_after + 1:
                incoming.put_nowait({"type": "http.disconnect"})
            await asyncio.sleep(0)

        await self.application(scope, incoming.get, send)
        return Reply(messages)

    async def call(
        self,
        name: str,
        /,
        *,
        method: str = "GET",
        f: str = "json",
        headers: Mapping[str, str] | None = None,
        **given: Parameter,
    ) -> Reply:
        """Call an endpoint; for POST, everything is in the form."""
        text = urlencode({**self.credentials, "f": f, **given}, doseq=True)
        if method == "POST":
            return await self.request("POST", f"/rest/{name}", body=text.encode(), headers=headers)
        return await self.request(method, f"/rest/{name}", text, headers=headers)

    async def ok(self, name: str, /, **given: Any) -> dict[str, Any]:
        """What stands in the envelope of a call that must go well."""
        reply = await self.call(name, **given)
        assert reply.status == 200, reply.status
        assert reply.json["status"] == "ok", reply.json
        return reply.json

    async def error(self, name: str, /, **given: Any) -> int:
        """The code of a call that must fail, told as every dialect's errors are told here: by 200 and an envelope."""
        reply = await self.call(name, **given)
        assert reply.status == 200, reply.status
        assert reply.json["status"] == "failed", reply.json
        assert reply.json["error"]["message"]
        return int(reply.json["error"]["code"])
