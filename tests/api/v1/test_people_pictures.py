"""Pictures of people: what is taken, what becomes of it, and who sees it."""

import asyncio
import io
import struct
import zlib

import pytest
from PIL import Image

from tests.api.house import Caller, House

JPEG = {"content-type": "image/jpeg"}


def picture(kind: str = "JPEG", size: tuple[int, int] = (900, 600), mode: str = "RGB") -> bytes:
    """A picture file, red on the left and blue on the right."""
    made = Image.new("RGB", size, (200, 0, 0))
    made.paste((0, 0, 200), (size[0] // 2, 0, *size))
    buffer = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    made.convert(mode).save(buffer, kind, **({"exif": exif} if kind in ("JPEG", "WEBP") else {}))
    return buffer.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A PNG that says how large it is, and holds next to nothing."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


def path_of(caller: Caller) -> str:
    """Where somebody's picture is."""
    return f"/api/v1/users/{caller.user['id']}/image"


@pytest.mark.parametrize(
    ("kind", "mode"), [("JPEG", "RGB"), ("PNG", "RGBA"), ("PNG", "P"), ("WEBP", "RGB"), ("GIF", "P")]
)
async def test_a_picture_becomes_a_small_square(house: House, kind: str, mode: str) -> None:
    async with house.caller("anke") as anke, house.caller("bodo") as bodo:
        told = await anke.ask("PUT", path_of(anke), content=picture(kind, mode=mode), headers=JPEG)
        assert told["data"]["image"].startswith(f"{path_of(anke)}?v=")
        seen = await bodo.client.get(told["data"]["image"])
        assert (seen.status_code, seen.headers["content-type"]) == (200, "image/jpeg")
        assert b"SecretCamera" not in seen.content
        assert "immutable" in seen.headers["cache-control"]
        with Image.open(io.BytesIO(seen.content)) as made:
            assert (made.format, made.size) == ("JPEG", (512, 512))
            left, right = made.convert("RGB").getpixel((50, 256)), made.convert("RGB").getpixel((460, 256))
        assert left[0] > 150 > left[2] and right[2] > 150 > right[0]  # type: ignore[index,operator]


async def test_a_picture_is_kept_by_its_tag_and_replaced(house: House) -> None:
    async with house.caller("cora") as cora:
        first = await cora.ask("PUT", path_of(cora), content=picture(size=(64, 80)), headers=JPEG)
        answer = await cora.client.get(path_of(cora))
        assert answer.headers["cache-control"] == "private, no-cache"
        with Image.open(io.BytesIO(answer.content)) as made:
            assert made.size == (64, 64)
        same = await cora.client.get(path_of(cora), headers={"If-None-Match": answer.headers["etag"]})
        assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", answer.headers["etag"])
        second = await cora.ask("PUT", path_of(cora), content=picture(size=(80, 64)), headers=JPEG)
        assert second["data"]["image"] != first["data"]["image"]
        other = await cora.client.get(path_of(cora), headers={"If-None-Match": answer.headers["etag"]})
        assert (other.status_code, other.headers["etag"] != answer.headers["etag"]) == (200, True)
        # The address of the old one is no reason to keep the new one for ever.
        old = await cora.client.get(first["data"]["image"])
        assert old.headers["cache-control"] == "private, no-cache"
        for path in ("/api/v1/auth/me", f"/api/v1/users/{cora.user['id']}"):
            assert (await cora.ask("GET", path))["data"]["image"] == second["data"]["image"]
        assert (await cora.ask("GET", "/api/auth/user/"))["image"] == second["data"]["image"]
        assert (await cora.ask("DELETE", path_of(cora)))["data"]["image"] is None
        await cora.ask("GET", path_of(cora), 404)
        await cora.ask("DELETE", path_of(cora), 404)


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 415),
        (b"no picture at all", 415),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', 415),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n", 415),
        (picture("BMP"), 415),
        (picture("TIFF"), 415),
        (picture()[:500], 422),
        (bomb(8000, 8000), 422),
        (bomb(9000, 10), 422),
        (bomb(60_000, 60_000), 422),
        (bomb(100, 100), 422),
    ],
    ids=["empty", "text", "svg", "postscript", "bmp", "tiff", "cut", "64mp", "wide", "huge", "hollow"],
)
async def test_what_is_no_good_picture_is_refused(house: House, content: bytes, status: int) -> None:
    async with house.caller("dirk") as dirk:
        refused = await dirk.client.put(path_of(dirk), content=content, headers=JPEG)
        assert refused.status_code == status, refused.text
        await dirk.ask("GET", path_of(dirk), 404)


async def test_a_body_has_ten_megabytes_at_most(house: House) -> None:
    async with house.caller("egon") as egon:
        large = await egon.client.put(path_of(egon), content=b"x" * (10 * 1024 * 1024 + 1), headers=JPEG)
        assert large.status_code == 413


async def test_only_oneself_and_admins_set_it(house: House) -> None:
    async with house.caller("finn") as finn, house.caller("gabi") as gabi, house.caller("hans", admin=True) as hans:
        for method in ("PUT", "DELETE"):
            assert (await gabi.client.request(method, path_of(finn), content=b"x" * 2000)).status_code == 403
        await hans.ask("PUT", path_of(finn), content=picture(), headers=JPEG)
        await gabi.ask("PUT", path_of(gabi), content=picture(), headers=JPEG)
        await finn.ask("PUT", f"/api/v1/users/{finn.user['id']}", json={"profile": {"preferences": {"hidden": True}}})
        assert (await gabi.client.get(path_of(finn))).status_code == 404
        assert (await gabi.client.put(path_of(finn), content=picture(), headers=JPEG)).status_code == 404
        assert (await finn.client.get(path_of(finn))).status_code == 200
        await hans.ask("DELETE", f"/api/v1/users/{gabi.user['id']}")
        assert (await hans.client.get(path_of(gabi))).status_code == 404


async def test_the_player_sets_it_by_its_cookie_and_no_other_page_does(house: House) -> None:
    async with house.caller("ilja") as ilja, house.door() as door:
        cookie = {"Cookie": f"antiphon_session={ilja.token}"}
        for site, kind, status in (
            ("cross-site", "image/jpeg", 403),
            ("same-origin", "text/plain", 403),
            ("same-origin", "multipart/form-data", 403),
            ("same-origin", "image/jpeg", 200),
        ):
            headers = {**cookie, "Sec-Fetch-Site": site, "content-type": kind}
            answer = await door.put(path_of(ilja), content=picture(), headers=headers)
            assert answer.status_code == status, (site, kind)


async def test_many_at_once_hold_nobody_up(house: House) -> None:
    async with house.caller("jana") as jana:
        large = picture(size=(6000, 6000))
        waiting = asyncio.gather(*(jana.client.put(path_of(jana), content=large, headers=JPEG) for _ in range(4)))
        longest = 0.0
        loop = asyncio.get_running_loop()
        while not waiting.done():
            start = loop.time()
            assert (await jana.client.get("/api/v1/health/live")).status_code == 200
            longest = max(longest, loop.time() - start)
            await asyncio.sleep(0.005)
        assert {answer.status_code for answer in await waiting} <= {200, 503}
    assert longest < 1.0
