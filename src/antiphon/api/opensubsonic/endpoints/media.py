"""Bytes: songs and covers."""

import zlib
from typing import Literal

from antiphon.api.http.archives import send_archive
from antiphon.api.http.asgi import Header
from antiphon.api.http.downloads import album_archive, playlist_archive
from antiphon.api.http.episodes import send_episode
from antiphon.api.http.live import send_song
from antiphon.api.http.media import ASKED
from antiphon.api.http.originals import send_original
from antiphon.api.http.streaming import content_disposition, send_file
from antiphon.api.opensubsonic.calls import OPEN_TO_ALL, Call
from antiphon.api.opensubsonic.ids import Named, NamedCover, NamedPodcast, read_cover_id, read_id, read_podcast_id
from antiphon.areas.library.data import Picture, SongFile
from antiphon.areas.playback.data.transcodes import Wanted
from antiphon.kernel.errors import AntiphonError, Kind, not_found
from antiphon.kernel.paging import Page

LARGEST = 1200
DAY = 86_400
# A cover that was asked for by its own id never changes under it.
_KEPT: Header = (b"cache-control", b"private, max-age=2592000, immutable")
_NOT_KEPT: Header = (b"cache-control", b"no-store")


async def stream(call: Call) -> None:
    """A song in the format and within the bit rate that are asked for: its own file where that fits. Handing it out
    counts as no play. An episode of a podcast goes out as it is, from the disk or from elsewhere."""
    given = call.parameters
    podcast = read_podcast_id(given.text("id"))
    if podcast is not None:
        await _send_episode(call, podcast, "stream")
        return
    number = given.id("id", "song")
    wanted = _wanted(call)
    decision = await call.areas.playback.transcoding.decide(call.principal, number, wanted)
    await send_song(
        call.scope,
        call.receive,
        call.send,
        areas=call.areas,
        principal=call.principal,
        decision=decision,
        headers=(*OPEN_TO_ALL, ASKED),
        promise_length=given.flag("estimateContentLength", False),
    )


def _wanted(call: Call) -> Wanted:
    """The form that an app asks for."""
    given = call.parameters
    return Wanted(
        format=given.text("format"),
        bitrate=given.number("maxBitRate", 0),
        offset=float(given.number("timeOffset", 0)),
        client=call.asking.client,
        address=call.asking.address,
    )


async def download(call: Call) -> None:
    """A song's own file, to be kept; of an album or a playlist, the files of its songs in one archive."""
    podcast = read_podcast_id(call.parameters.needed("id"))
    if podcast is not None:
        await _send_episode(call, podcast, "download")
        return
    named = read_id(call.parameters.needed("id"))
    if named is not None and named.kind in ("album", "playlist"):
        await _send_archive(call, named)
        return
    number = call.parameters.id("id", "song")
    file = await call.areas.playback.audio(call.principal, number, right="download")
    song = await call.areas.library.browse.song(call.principal, number)
    name = song.path.rpartition("/")[2] or f"{song.title}.{song.suffix}"
    await _send_song(call, file, (content_disposition(name),))


async def _send_archive(call: Call, named: Named) -> None:
    find = album_archive if named.kind == "album" else playlist_archive
    name, entries = await find(call.areas, call.principal, named.id)
    headers = (*OPEN_TO_ALL, _NOT_KEPT)
    await send_archive(call.scope, call.receive, call.send, entries=entries, filename=f"{name}.zip", headers=headers)


async def _send_song(call: Call, file: SongFile, headers: tuple[Header, ...]) -> None:
    duration: Header = (b"x-content-duration", f"{file.duration:.3f}".encode())
    await send_original(
        call.scope,
        call.receive,
        call.send,
        files=call.areas.library.files,
        file=file,
        headers=(*OPEN_TO_ALL, ASKED, duration, *headers),
    )


async def get_cover_art(call: Call) -> None:
    """The cover of a song, album, artist or playlist, by its cover's id or its own. A thing without one, and one that
    the caller may not see, has a pattern; what is no id of anything is not found."""
    text = call.parameters.needed("id")
    size = call.parameters.number("size", LARGEST) or LARGEST
    podcast = read_podcast_id(text)
    if podcast is not None:
        await _send_podcast_cover(call, podcast, size, text.partition("_")[2])
        return
    named = read_cover_id(text)
    if named is None:
        raise not_found("cover")
    picture, cache = await _named_picture(call, named, size), _KEPT
    if picture is None:
        picture, cache = await _picture(call, named, size), ASKED
    if picture is None:
        picture, cache = await call.areas.library.files.placeholder(named.kind, named.id, size), _NOT_KEPT
    await _send_picture(call, picture, cache)


async def _named_picture(call: Call, named: NamedCover, size: int) -> Picture | None:
    """The very picture that an id names, which it names for ever; None where it names none, or one that has gone."""
    # A playlist's says at which edit it was: the first of its songs with a cover may get another without one.
    if named.picture is None or named.kind == "playlist":
        return None
    return await call.areas.library.files.named_picture(call.principal, named.kind, named.id, named.picture, size)


async def _send_episode(call: Call, named: NamedPodcast, right: Literal["stream", "download"]) -> None:
    if named.kind != "episode":
        raise not_found("episode")
    if right == "stream":
        await send_episode(
            call.scope,
            call.receive,
            call.send,
            areas=call.areas,
            principal=call.principal,
            episode_id=named.id,
            wanted=_wanted(call),
            headers=(*OPEN_TO_ALL, ASKED),
            promise_length=call.parameters.flag("estimateContentLength", False),
        )
        return
    file = await call.areas.broadcasts.podcasts.audio(call.principal, named.id, right=right)
    duration: Header = (b"x-content-duration", f"{file.duration:.3f}".encode())
    await send_file(
        call.scope,
        call.receive,
        call.send,
        path=file.path,
        content_type=file.content_type,
        headers=(*OPEN_TO_ALL, ASKED, *((duration,) if file.duration else ()), content_disposition(file.name)),
        head_only=call.scope["method"] == "HEAD",
    )


async def _send_podcast_cover(call: Call, named: NamedPodcast, size: int, version: str) -> None:
    picture = await call.areas.broadcasts.podcasts.picture(call.principal, named.kind, named.id, size)
    if picture is None:
        placeholder = await call.areas.library.files.placeholder(named.kind, named.id, size)
        await _send_picture(call, placeholder, _NOT_KEPT)
    else:
        is_named = version != "" and picture.etag.startswith(f'"{version}')
        await _send_picture(call, picture, _KEPT if is_named else ASKED)


async def get_avatar(call: Call) -> None:
    """A pattern for a person, always the same."""
    name = call.parameters.needed("username").casefold()
    picture = await call.areas.library.files.placeholder("person", zlib.crc32(name.encode()), LARGEST)
    await _send_picture(call, picture, ASKED)


async def _picture(call: Call, named: NamedCover, size: int) -> Picture | None:
    try:
        if named.kind != "playlist":
            return await call.areas.library.files.picture(call.principal, named.kind, named.id, size)
        items = await call.areas.playlists.browse.items(call.principal, named.id, Page(20))
        for item in items.rows:
            if item.song is not None and item.song.artwork_id is not None:
                return await call.areas.library.files.picture(call.principal, "song", item.song.id, size)
    except AntiphonError as error:
        if error.kind is not Kind.NOT_FOUND:
            raise
    return None


async def _send_picture(call: Call, picture: Picture, cache: Header) -> None:
    await send_file(
        call.scope,
        call.receive,
        call.send,
        path=picture.file,
        content_type=picture.mime,
        etag=picture.etag,
        headers=(*OPEN_TO_ALL, cache),
        head_only=call.scope["method"] == "HEAD",
    )
