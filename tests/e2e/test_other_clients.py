"""A page of another origin, as web players for Subsonic servers are, built on a package of another maker."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

from tests.e2e.listener import Listener
from tests.e2e.site import Site
from tests.services.programs import unavailable
from tests.services.stand_in import Call, Reply, StandIn

pytestmark = pytest.mark.browser

PACKAGE = Path(__file__).parent / "clients" / "node_modules" / "subsonic-api" / "lib" / "index.js"
# The package asks; a player of the page's own makes the addresses of pictures and sound the way the package does.
PAGE = """<!doctype html><title>Elsewhere</title><ul></ul><img alt="Cover"><audio crossorigin="anonymous"></audio>
<script type="module">
import { SubsonicAPI } from "/subsonic-api.js";
window.begin = async (url, username, password) => {
  let last = "";
  const asking = (address, init) => { last = String(address); return fetch(address, init); };
  const api = new SubsonicAPI({ url, auth: { username, password }, fetch: asking });
  const { status, error } = await api.ping();
  if (status !== "ok") return error.code;
  const { albumList2 } = await api.getAlbumList2({ type: "alphabeticalByName", size: 500 });
  for (const { id, name } of albumList2.album) {
    const button = document.createElement("button");
    button.textContent = name;
    button.onclick = async () => {
      const { album } = await api.getAlbum({ id });
      const song = album.song[0];
      const cover = await api.getCoverArt({ id: song.coverArt, size: 300 });
      document.querySelector("img").src = URL.createObjectURL(await cover.blob());
      document.title = song.title;
      await (await api.stream({ id: song.id })).body.cancel();
      const audio = document.querySelector("audio");
      audio.src = last;
      await audio.play();
      await api.scrobble({ id: song.id });
    };
    document.querySelector("ul").append(button);
  }
  return "in";
};
</script>"""


class Elsewhere(StandIn):
    """The server that the page comes from."""

    def answer(self, call: Call) -> Reply:
        """The page or the package."""
        if call.path == "/subsonic-api.js":
            return Reply(200, PACKAGE.read_bytes(), {"content-type": "text/javascript"})
        if call.path == "/":
            return Reply(200, PAGE.encode(), {"content-type": "text/html"})
        return Reply(204, b"")


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    """It runs."""
    if not PACKAGE.is_file():
        unavailable("the package subsonic-api is not installed: make test does it")
    server = Elsewhere()
    yield server
    server.close()


async def test_a_web_player_of_another_origin_signs_in_lists_and_plays(
    listener: Listener, site: Site, elsewhere: Elsewhere
) -> None:
    page = listener.page
    listener.allow(f"request to another host: {elsewhere.address}/")
    origin = {"Origin": site.base_url}
    address = f"{site.base_url}/api/v1/auth/app-passwords"
    made = await page.context.request.post(address, data={"name": "Elsewhere"}, headers=origin)
    password = (await made.json())["data"]["password"]
    await page.goto(f"{elsewhere.address}/")
    await page.wait_for_function("() => window.begin")

    async def begin(with_password: str) -> Any:
        return await page.evaluate("(given) => window.begin(...given)", [site.base_url, listener.name, with_password])

    assert await begin("not this one") == 40
    assert await begin(password) == "in"
    albums = await site.read("/api/v1/albums?limit=500")
    await expect(page.get_by_role("button")).to_have_count(len(albums))
    await page.get_by_role("button", name=albums[0]["title"], exact=True).click()
    await page.wait_for_function("() => document.querySelector('audio').currentTime > 0.5")
    await page.wait_for_function("() => document.querySelector('img').naturalWidth > 0")
    # Into the middle, which takes ranges that pages of other origins may see.
    await page.evaluate(
        "() => { const audio = document.querySelector('audio'); audio.currentTime = audio.duration - 5; }"
    )
    await page.wait_for_function(
        "() => { const audio = document.querySelector('audio'); return audio.currentTime > audio.duration - 4.5; }"
    )
    title = await page.title()
    history = await page.context.request.get(f"{site.base_url}/api/v1/plays")
    assert [play["song"]["title"] for play in (await history.json())["data"]] == [title]
