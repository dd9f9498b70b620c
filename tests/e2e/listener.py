"""Somebody in front of the player: what they do, what they hear, and what goes wrong while they do it."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Request, expect

DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 360, "height": 740}
# The player makes its audio elements itself and never puts them into the page: they are noted as they are made.
NOTE_AUDIO = """
    const made = [];
    window.audioElements = made;
    window.Audio = new Proxy(window.Audio, {
        construct: (native, given) => { const audio = new native(...given); made.push(audio); return audio; },
    });
"""
# Once it is calm, the player fetches all its other screens. Every test has a browser of its own, whose cache is empty:
# that costs more than most tests themselves. It asks to be called then with its own patience (`web/src/router.ts`).
FETCH_NOTHING_AHEAD = """
    const whenCalm = window.requestIdleCallback.bind(window);
    window.requestIdleCallback = (run, options) =>
        options?.timeout === 5000 && !window.fetchesAhead ? 0 : whenCalm(run, options);
"""
# What following a link within the player does, to wherever.
TRAVEL = """(address) => {
    const state = { ...history.state, position: (history.state?.position ?? 0) + 1 };
    history.pushState(state, '', address);
    window.dispatchEvent(new PopStateEvent('popstate', { state }));
}"""
SETTLED_SECONDS = 0.15
# How often is looked whether something sounds: not before each picture that the browser could draw.
LOOK_MILLISECONDS = 50
SOUNDING = """() => {
    const audio = window.audioElements.find((one) => !one.paused && one.currentSrc);
    return audio ? { time: audio.currentTime, duration: audio.duration, source: audio.currentSrc } : null;
}"""
# Whether something has sounded on for so many seconds since this was asked first with this number. A leap may have the
# player read from another address: that counts anew.
HEARD_ON = """([number, seconds]) => {
    const audio = window.audioElements.find((one) => !one.paused && one.currentSrc);
    if (!audio) return false;
    const since = ((window.heardSince ??= {})[number] ??= {});
    since[audio.currentSrc] = Math.min(since[audio.currentSrc] ?? Infinity, audio.currentTime);
    return audio.currentTime >= since[audio.currentSrc] + seconds;
}"""


class Listener:
    """One person's page. `name` is the user name, empty for somebody who is not signed in."""

    def __init__(self, page: Page, base_url: str) -> None:
        self.page = page
        self.base_url = base_url
        self.name = ""
        self.bar = page.get_by_role("region", name="Player", exact=True)
        self.rail = page.get_by_role("navigation", name="Main")
        self.content = page.get_by_role("main")
        self.panel = page.get_by_role("complementary")
        self.troubles: list[str] = []
        # Whoever is not signed in is told so by the first question of the page; browsers log such answers.
        self._allowed = [r"status of 401 .*/api/v1/auth/me\)"]
        page.on("pageerror", lambda error: self.troubles.append(f"script error: {error}"))
        page.on("console", self._note_console)
        page.on("request", self._note_request)
        # Music goes on and on: only what pages are made of is waited for.
        self._awaited: set[Request] = set()
        self._last_answer = 0.0
        self._questions = 0
        for event in ("requestfinished", "requestfailed"):
            page.on(event, self._note_answer)

    def allow(self, pattern: str) -> None:
        """Troubles that match are what the test is about."""
        self._allowed.append(pattern)

    async def fetch_ahead(self) -> None:
        """From the next page on, let the player fetch what may be opened later, as it does for everybody."""
        await self.page.context.add_init_script("window.fetchesAhead = true")

    @property
    def unexpected(self) -> list[str]:
        """What went wrong and should not have."""
        return [one for one in self.troubles if not any(re.search(pattern, one) for pattern in self._allowed)]

    def _note_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.troubles.append(f"console {message.type}: {message.text} ({message.location.get('url', '')})")

    def _note_request(self, request: Request) -> None:
        if not request.url.startswith((self.base_url, "data:", "blob:")):
            self.troubles.append(f"request to another host: {request.url}")
        if request.resource_type != "media":
            self._awaited.add(request)

    def _note_answer(self, request: Request) -> None:
        self._awaited.discard(request)
        self._last_answer = time.monotonic()

    async def settles(self) -> None:
        """Wait until a heading is there, and nothing that the page asked for has been on its way for a moment."""
        await expect(self.page.get_by_role("heading").first).to_be_attached()
        async with asyncio.timeout(20):
            while self._awaited or time.monotonic() - self._last_answer < SETTLED_SECONDS:
                await asyncio.sleep(0.03)

    async def travel(self, path: str = "") -> None:
        """Come to a page of the player from another one of it, without loading the player anew."""
        self._last_answer = time.monotonic()
        await self.page.evaluate(TRAVEL, f"/app/{path}")

    async def go(self, path: str = "") -> None:
        """Open a page of the player by its address."""
        self._awaited.clear()
        await self.page.goto(f"{self.base_url}/app/{path}")

    async def visit(self, addresses: Iterable[str]) -> AsyncIterator[str]:
        """Open these pages one after the other. The first is loaded, the others are come to, unless only what follows
        the `?` is another: that a page reads as it begins."""
        before = None
        for address in addresses:
            page = address.partition("?")[0]
            await (self.go(address) if before in (None, page) else self.travel(address))
            await self.settles()
            yield address
            before = page

    async def count_of(self, things: str) -> int:
        """How many songs, albums or artists this person sees."""
        answer = await self.page.request.get(f"{self.base_url}/api/v1/{things}?limit=1")
        total: int = (await answer.json())["page"]["total"]
        return total

    async def open_album(self, title: str) -> None:
        """Come to an album by the list of all of them."""
        await self.go("albums")
        await self._choose_album(title)

    async def turn_to_album(self, title: str) -> None:
        """Come to an album from another page of the player."""
        await self.travel("albums")
        await expect(self.content.get_by_role("heading", name="Albums", level=1)).to_be_attached()
        await self._choose_album(title)

    async def _choose_album(self, title: str) -> None:
        await self.content.get_by_role("link", name=title, exact=True).click()
        await expect(self.content.get_by_role("heading", name=title, level=1)).to_be_visible()

    async def play_album(self, title: str) -> None:
        """Press the big play button of an album."""
        await self.open_album(title)
        await self.content.get_by_role("button", name="Play", exact=True).click()

    def row(self, title: str) -> Locator:
        """The row of a song in the list on the page."""
        return self.content.get_by_role("row").filter(has=self.page.get_by_text(title, exact=True))

    async def play_row(self, title: str) -> None:
        """Play a song in the list by a double click on its title."""
        await self.row(title).get_by_text(title, exact=True).dblclick()

    async def choose(self, title: str, command: str) -> None:
        """Choose a command from the menu of a song in the list."""
        row = self.row(title)
        await row.hover()
        await row.get_by_role("button", name=f"More for {title}").click()
        await self.page.get_by_role("menuitem", name=command, exact=True).click()

    async def press(self, *keys: str) -> None:
        """Press keys one after the other, wherever the focus is."""
        for key in keys:
            await self.page.keyboard.press(key)

    async def sees_notice(self, text: str | re.Pattern[str]) -> Locator:
        """The short sentence at the edge of the page."""
        notice = self.page.locator(".notice").filter(has_text=text).last
        await expect(notice).to_be_visible()
        return notice

    async def undo(self, text: str) -> None:
        """Take back what the sentence with this text tells of."""
        await (await self.sees_notice(text)).get_by_role("button", name="Undo").click()

    async def sounding(self) -> dict[str, Any] | None:
        """Time and duration in seconds and the address of what sounds now; None in silence."""
        found: dict[str, Any] | None = await self.page.evaluate(SOUNDING)
        return found

    async def hears(self, title: str, seconds: float = 1.0) -> None:
        """Wait until the song is the current one and has sounded on for so many seconds."""
        await expect(self.bar.get_by_text(title, exact=True)).to_be_visible()
        self._questions += 1
        await self.page.wait_for_function(HEARD_ON, arg=[self._questions, seconds], polling=LOOK_MILLISECONDS)

    async def hears_nothing(self) -> None:
        """Wait until it is silent."""
        await self.page.wait_for_function(f"() => !({SOUNDING})()", polling=LOOK_MILLISECONDS)

    async def position(self) -> float:
        """What the player shows as the place in the song, in seconds."""
        return float(await self.bar.get_by_role("slider", name="Position in the song").input_value())

    async def go_near_end(self) -> None:
        """Move to the last second of the song."""
        slider = self.bar.get_by_role("slider", name="Position in the song")
        await slider.focus()
        await slider.press("End")

    async def open_queue(self) -> Locator:
        """Show the queue beside the page."""
        await self.bar.get_by_role("button", name="Queue", exact=True).click()
        queue = self.page.get_by_role("complementary", name="Queue")
        await expect(queue).to_be_visible()
        return queue


async def titles_of(queue: Locator) -> list[str]:
    """What comes next in the queue, in order, as far as it is in sight."""
    return await queue.locator("li.row .title").all_inner_texts()


@asynccontextmanager
async def somebody(browser: Browser, base_url: str, **options: Any) -> AsyncIterator[Listener]:
    """A new person with a browser of their own. Errors in the page, and calls to other hosts, fail the test."""
    settings: dict[str, Any] = {"viewport": DESKTOP, "locale": "en-GB", "color_scheme": "dark", **options}
    context: BrowserContext = await browser.new_context(**settings)
    context.set_default_timeout(20_000)
    await context.add_init_script(NOTE_AUDIO)
    await context.add_init_script(FETCH_NOTHING_AHEAD)
    listener = Listener(await context.new_page(), base_url)
    try:
        yield listener
    finally:
        await context.close()
    assert not listener.unexpected, "\n".join(listener.unexpected)
