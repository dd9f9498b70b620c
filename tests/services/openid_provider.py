"""An OpenID provider of another maker, as a process of its own: npm's `oidc-provider`."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

import httpx2
import pytest

from tests.services.node import node
from tests.services.programs import Program, answers, folder, free_port, unavailable

CLIENT_ID, CLIENT_SECRET = "antiphon", "a secret, 100% odd: +/&?"
REDIRECT_ADDRESS = "http://127.0.0.1:8000/api/v1/auth/oidc/school/callback"
PACKAGE = Path(__file__).parents[1] / "e2e" / "clients" / "node_modules" / "oidc-provider"
_FORM = re.compile(r'<form[^>]+action="([^"]+)"')


class OpenIdProvider:
    """A running provider, and what people do there in their browsers."""

    def __init__(self, address: str) -> None:
        self.address = address

    async def consent(self, address: str, name: str) -> str:
        """Somebody signs in there by name and says yes. The address that they are sent back to."""
        async with httpx2.AsyncClient() as browser:
            page = await browser.get(address)
            for _ in range(8):
                if page.is_redirect:
                    target = urljoin(str(page.url), page.headers["location"])
                    if target.startswith(REDIRECT_ADDRESS):
                        return target
                    page = await browser.get(target)
                    continue
                assert page.status_code == 200, page.text
                form = _FORM.search(page.text)
                assert form is not None, page.text
                prompt = "login" if 'name="login"' in page.text else "consent"
                filled = {"prompt": prompt, "login": name, "password": "any"}
                page = await browser.post(urljoin(str(page.url), form[1]), data=filled)
        raise AssertionError("the provider never sent the browser back")


@pytest.fixture(scope="session")
def openid_provider() -> Iterator[OpenIdProvider]:
    """The running provider."""
    module = PACKAGE / "lib" / "index.js"
    if not module.is_file():
        unavailable("the package oidc-provider is not installed: make test does it")
    with folder("openid") as place:
        port = free_port()
        script = Path(__file__).with_name("openid_provider.mjs")
        command = [node(), script, module, str(port), REDIRECT_ADDRESS, CLIENT_ID, CLIENT_SECRET]
        program = Program(command, place / "log", environment={"PATH": os.environ["PATH"]})
        try:
            program.wait_until(lambda: answers(port))
            yield OpenIdProvider(f"http://127.0.0.1:{port}")
        finally:
            program.stop()
