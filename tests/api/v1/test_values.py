"""Whatever stands in an address: an answer below 500, and the right one."""

from urllib.parse import quote

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.house import House

ANYTHING = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=30)
NUMBERS = st.integers(min_value=-(10**20), max_value=10**20).map(str)
few = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def is_page_value(text: str) -> bool:
    return text == "" or (text.isascii() and text.isdigit() and len(text) <= 18)


@few
@given(limit=ANYTHING | NUMBERS, offset=ANYTHING | NUMBERS)
async def test_any_page_is_given_or_refused_by_field(house: House, limit: str, offset: str) -> None:
    async with house.caller("anna") as anna:
        answer = await anna.client.get(f"/api/v1/songs?limit={quote(limit, safe='')}&offset={quote(offset, safe='')}")
    if is_page_value(limit) and is_page_value(offset):
        assert answer.status_code == 200
        page = answer.json()["page"]
        assert page["limit"] == min(int(limit or 50), 500) and page["offset"] == int(offset or 0)
        assert len(answer.json()["data"]) <= page["limit"]
    else:
        assert answer.status_code == 422
        assert set(answer.json()["error"]["details"]) <= {"limit", "offset"}


@few
@given(wanted=ANYTHING | NUMBERS)
async def test_any_id_is_found_or_not(house: House, wanted: str) -> None:
    known = {str(song_id) for song_id in (await house.ids()).values()}
    async with house.caller("anna") as anna:
        answer = await anna.client.get(f"/api/v1/songs/{quote(wanted, safe='')}")
    if wanted in known:
        assert answer.status_code in (200, 404)
    else:
        assert answer.status_code == 404


@few
@given(words=ANYTHING)
async def test_any_words_can_be_searched(house: House, words: str) -> None:
    async with house.caller("anna") as anna:
        answer = await anna.client.get(f"/api/v1/search?q={quote(words, safe='')}")
    assert answer.status_code == (422 if "\0" in words else 200)


@few
@given(genre=ANYTHING, title=ANYTHING)
async def test_any_text_is_taken_or_refused(house: House, genre: str, title: str) -> None:
    async with house.caller("anna") as anna:
        listed = await anna.client.get(f"/api/v1/albums?genre={quote(genre, safe='')}")
        made = await anna.client.post("/api/v1/playlists", json={"title": title, "description": genre})
    assert listed.status_code in (200, 422)
    assert made.status_code in (201, 400, 422)
    if made.status_code == 201:
        shown = made.json()["data"]["description"]
        assert seen_of(shown) == (seen_of(genre) if shown else shown)
        assert shown or not any(letter.isascii() for letter in seen_of(genre))


def seen_of(text: str) -> str:
    """The characters that people see: what nobody does is not kept."""
    return "".join(letter for letter in text if letter.isprintable() and not letter.isspace())


async def test_half_a_character_is_refused_or_kept_whole(house: House) -> None:
    async with house.caller("anna") as anna:
        body = b'{"title": "a\\ud800b"}'
        answer = await anna.client.post("/api/v1/playlists", content=body)
        read = await anna.client.get("/api/v1/search?q=%ed%a0%80&limit=3")
        path = await anna.client.get("/api/v1/songs/%ff%fe")
    assert answer.status_code in (400, 422)
    assert (read.status_code, path.status_code) == (200, 404)
