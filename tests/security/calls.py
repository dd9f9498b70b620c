"""What a sensible call of each route sends. A new route that needs a body or names a new thing gets a line here."""

import io
from typing import Any

from PIL import Image

from tests.security.cast import Cast
from tests.stage import PASSWORD

NEW_PASSWORD = "another battery staple"

# Path by path: which of the cast's things its {id} names, one after the other where there are several sorts of them.
THINGS: dict[str, tuple[str, ...]] = {
    "/api/v1/songs/{id}": ("song", "closed_song"),
    "/api/v1/albums/{id}": ("album", "closed_album"),
    "/api/v1/artists/{id}": ("artist", "closed_artist"),
    "/api/v1/genres/{id}": ("genre", "closed_genre"),
    "/api/v1/playlists/{id}": ("private_playlist", "public_playlist"),
    "/api/v1/libraries/{id}": ("library", "closed_library"),
    "/api/v1/users/{id}": ("user",),
    "/api/users/{id}": ("user",),
    "/api/v1/auth/sessions/{id}": ("session",),
    "/api/v1/auth/api-keys/{id}": ("api_key",),
    "/api/v1/auth/app-passwords/{id}": ("app_password",),
    "/api/v1/auth/identities/{id}": ("identity",),
    "/api/v1/notices/{id}": ("notice",),
    "/api/v1/moderation/cases/{id}": ("case",),
    "/api/v1/invitations/{id}": ("invitation",),
    "/api/v1/jobs/{id}": ("job",),
    "/api/v1/uploads/{id}": ("upload",),
    "/api/v1/exports/{id}": ("export",),
    "/api/export/csv/{id}": ("export",),
    "/api/v1/desk/songs/{id}": ("own_song", "closed_song"),
    "/api/v1/radio-stations/{id}": ("radio_station",),
    "/api/v1/shares/{id}": ("share",),
    "/share/{token}/songs/{id}": ("song",),
    "/api/v1/podcasts/{id}": ("podcast",),
    "/api/v1/podcast-episodes/{id}": ("podcast_episode",),
    "/api/v1/changes/{id}": ("change",),
    "/api/rate/song/{id}": ("song", "closed_song"),
    "/api/update/playlist/{id}": ("private_playlist", "public_playlist"),
    "/api/delete/playlist/song/{id}": ("song",),
    "/songs/{id}": ("song", "closed_song"),
    "/albums/{id}": ("album", "closed_album"),
    "/artists/{id}": ("artist", "closed_artist"),
    "/playlists/{id}": ("private_playlist", "public_playlist"),
    "/api/songs/{id}": ("song", "closed_song"),
    "/api/albums/{id}": ("album", "closed_album"),
}
# What a call that changes something is about besides, where neither its {id} nor its body names it.
ABOUT: dict[str, str] = {
    "DELETE /api/v1/users/{id}/image": "picture",
    "DELETE /api/delete/playlist/{name}": "public_playlist",
    "DELETE /api/delete/playlist/song/{id}": "public_playlist",
}
# Calls that change or delete what they name: each gets something of its own.
_SONG_CALLS = (
    "/api/v1/songs/{id}",
    "/api/update/song/{id}",
    "/api/delete/song/{id}",
    "/songs/{id}",
    "/api/songs/{id}/",
)
_ALBUM_CALLS = (
    *("/api/v1/albums/{id}", "/api/update/album/{id}", "/api/delete/album/{id}", "/albums/{id}", "/api/albums/{id}/"),
)
_GENRE_CALLS = ("/api/v1/genres/{id}", "/api/update/genre/{id}", "/api/delete/genre/{id}")
CHANGED: dict[str, tuple[str, ...]] = {
    **{f"PUT {path}": ("own_song", "closed_song") for path in _SONG_CALLS},
    **{f"DELETE {path}": ("own_song",) for path in _SONG_CALLS},
    **{f"{method} {path}": ("own_album",) for method in ("PUT", "DELETE") for path in _ALBUM_CALLS},
    **{f"{method} {path}": ("new_genre",) for method in ("PUT", "DELETE") for path in _GENRE_CALLS},
    **{
        f"{method} {path}": ("new_artist",)
        for method in ("PUT", "DELETE")
        for path in ("/api/v1/artists/{id}", "/artists/{id}")
    },
    "GET /api/v1/songs/{id}/changes": ("own_song", "closed_song"),
    "GET /api/v1/albums/{id}/changes": ("own_album", "closed_album"),
    "POST /api/v1/songs/{id}/restore": ("removed_song",),
    "PUT /api/v1/songs/{id}/flag": ("own_song", "closed_song"),
    "PUT /api/v1/albums/{id}/flag": ("own_album", "closed_album"),
    "PUT /api/v1/artists/{id}/flag": ("new_artist", "closed_artist"),
    "POST /api/v1/moderation/cases/{id}/reopening": ("decided_case",),
    "PUT /api/flag_song/{id}": ("own_song", "closed_song"),
    "PUT /api/flag_album/{id}": ("own_album", "closed_album"),
    "PUT /api/v1/songs/{id}/album": ("own_song",),
    "PUT /api/v1/songs/{id}/draft": ("own_song", "closed_song"),
    "PUT /api/v1/libraries/{id}": ("closed_library",),
    "PUT /api/v1/libraries/{id}/rights": ("closed_library",),
    **{f"{method} /api/v1/songs/{{id}}/image": ("own_song", "closed_song") for method in ("PUT", "DELETE")},
    **{f"{method} /api/v1/albums/{{id}}/image": ("own_album", "closed_album") for method in ("PUT", "DELETE")},
}
OTHER_PARAMETERS = {
    "{name}": "Open to all",
    "{token}": "nothing-is-shared-here",
    "{provider}": "unknown",
    "{service}": "unknown",
    "{place}": "0",
    "{rendition}": "64",
    "{piece}": "0.ts",
}

_SIGN_IN = {"email": "nobody@example.org", "password": "wrong"}
_NEW = {"username": "new-$", "email": "new-$@example.org", "password": PASSWORD}
_STATION = {"name": "Station $", "stream_url": "https://radio.example.org/$"}
# `$` becomes the number of the cast, `@thing` the id of one of its things.
BODIES: dict[str, Any] = {
    "PUT /api/v1/albums/{id}/rating": {"rating": 3},
    "PUT /api/v1/artists/{id}/rating": {"rating": 3},
    "PUT /api/v1/songs/{id}/rating": {"rating": 3},
    "POST /api/v1/auth/api-keys": {"name": "k"},
    "POST /api/v1/auth/app-passwords": {"name": "a"},
    "PUT /api/v1/auth/email": {"email": "moved-$@example.org", "password": PASSWORD},
    "POST /api/v1/auth/login": _SIGN_IN,
    "POST /api/v1/auth/mfa": {"password": PASSWORD},
    "POST /api/v1/auth/mfa/confirm": {"code": "123456"},
    "POST /api/v1/auth/mfa/recovery-codes": {"code": "123456"},
    "DELETE /api/v1/auth/mfa": {"code": "123456"},
    "PUT /api/v1/auth/password": {"current_password": PASSWORD, "new_password": NEW_PASSWORD},
    "POST /api/v1/auth/password/forgot": {"email": "nobody@example.org"},
    "POST /api/v1/auth/password/reset": {"token": "x" * 43, "new_password": NEW_PASSWORD},
    "POST /api/v1/auth/register": _NEW,
    "POST /api/v1/auth/spotify/paste": {"address": "http://127.0.0.1/?code=x&state=y"},
    "POST /api/v1/auth/verify-email": {"token": "x" * 43},
    "POST /api/v1/invitations": {"role": "user"},
    "POST /api/v1/invitations/check": {"token": "x" * 43},
    "PUT /api/v1/queue": {"song_ids": ["@song"]},
    "PUT /api/v1/songs/{id}/bookmark": {"position": 3},
    "PUT /api/v1/jukebox": {"playing": False},
    **{f"{method} /api/v1/jukebox/queue": {"song_ids": ["@song"]} for method in ("PUT", "POST")},
    "PUT /api/v1/streaming": {"rules": [], "per_person": 3, "in_all": 0, "cache_bytes": None, "revision": 0},
    "PUT /api/v1/users/{id}/stream-ceiling": {"bitrate": 128},
    "POST /api/v1/playback": {"song_id": "@song", "state": "playing", "position": 0},
    "POST /api/v1/playback/take-over": {"client": "kitchen", "by": "phone"},
    "PUT /api/v1/now-playing": {"song_id": "@song"},
    **{f"POST {path}": {"kind": "songs"} for path in ("/api/v1/exports", "/api/export/csv")},
    "POST /api/v1/playlists": {"title": "New"},
    "PUT /api/v1/playlists/{id}": {"title": "Renamed"},
    "POST /api/v1/plays": {"song_id": "@song"},
    "POST /api/v1/radio-stations": _STATION,
    "POST /api/v1/scrobbling/{service}": {"token": "x"},
    "PATCH /api/v1/scrobbling/{service}": {"scrobbles": True},
    "POST /api/v1/shares": {"things": [{"type": "song", "id": "@song"}]},
    "PUT /api/v1/shares/{id}": {"description": "Changed"},
    "POST /api/v1/podcasts": {"url": "https://feeds.example.org/$"},
    "PUT /api/v1/podcast-episodes/{id}/position": {"position": 3},
    "PUT /api/v1/radio-stations/{id}": _STATION,
    "POST /api/v1/scan": {},
    "POST /api/v1/libraries": {"path": "/etc"},
    "PUT /api/v1/libraries/{id}/rights": {"open_to_all": False},
    "POST /api/v1/setup": {**_NEW, "setup_token": "x"},
    "POST /api/v1/users": _NEW,
    "PUT /api/v1/users/{id}": {"full_name": "Changed"},
    "PUT /api/v1/users/{id}/account": {"standing": "active"},
    "PUT /api/v1/users/{id}/roles": {"roles": ["user"]},
    "POST /login": _SIGN_IN,
    "POST /register": _NEW,
    "POST /api/auth/login/": _SIGN_IN,
    "POST /api/auth/registration/": {
        "email": "new-$@example.org", "password1": PASSWORD, "password2": PASSWORD, "full_name": "New",
    },
    "POST /api/users/": _NEW,
    "PUT /api/users/{id}/": {"first_name": "Changed"},
    **{f"PUT {path}": {"title": "Changed"} for path in (*_SONG_CALLS, *_ALBUM_CALLS) if "/delete/" not in path},
    **{f"POST {path}": {"title": "New"} for path in ("/api/v1/albums", "/api/album", "/albums", "/api/albums/")},
    **{f"POST {path}": {"name": "Genre $"} for path in ("/api/v1/genres", "/api/genre")},
    **{f"PUT {path}": {"name": "Other genre $"} for path in ("/api/v1/genres/{id}", "/api/update/genre/{id}")},
    **{f"POST {path}": {"name": "Artist $"} for path in ("/api/v1/artists", "/artists")},
    **{f"PUT {path}": {"name": "Other artist $"} for path in ("/api/v1/artists/{id}", "/artists/{id}")},
    "PUT /api/v1/libraries/{id}": {"name": "secret"},
    "PUT /api/v1/songs": {"ids": ["@song"], "year": 2001},
    "PUT /api/v1/songs/visibility": {"ids": ["@song"], "visibility": "public"},
    "POST /api/v1/uploads/check": {"contents": False},
    "PUT /api/v1/songs/{id}/album": {"title": "Drawer"},
    "PUT /api/v1/songs/{id}/draft": {"draft": False},
    **{f"PUT {path}": {"flagged": False} for path in ("/api/v1/songs/{id}/flag", "/api/flag_song/{id}")},
    **{f"PUT {path}": {"flagged": False} for path in ("/api/v1/albums/{id}/flag", "/api/flag_album/{id}")},
    "PUT /api/v1/artists/{id}/flag": {"flagged": False},
    "PUT /api/v1/playlists/{id}/flag": {"flagged": False},
    "POST /api/v1/reports": {"subject": "song", "subject_id": "@song", "reason": "copyright"},
    "POST /api/v1/moderation/cases/{id}/notes": {"text": "Asked."},
    "POST /api/v1/moderation/cases/{id}/decision": {"revision": 0, "decision": "dismiss"},
    "POST /api/v1/moderation/cases/{id}/reopening": {"revision": 1},
    "POST /api/rate/song/{id}": {"rating": 3},
    "POST /api/playlist": {"name": "New $"},
    "PUT /api/update/playlist/{id}": {"name": "Renamed $"},
    "POST /playlists/create": {"name": "New"},
    "POST /playlists/{id}/add-song": {"song_id": "@song"},
    "POST /playlists/{id}/remove-song": {"song_id": "@song"},
    "DELETE /playlists/{id}/remove-song": {"song_id": "@song"},
}  # fmt: skip

QUERIES = {
    "GET /api/songs/{id}/audio/": "?user=1&expires=1&signature=x",
    "GET /api/v1/search": "?q=dawn",
    "GET /api/v1/songs/{id}/path": "?to=@song",
}

_SONG, _ALBUM, _ARTIST = {"id": "so-@song"}, {"id": "al-@album"}, {"id": "ar-@artist"}
_PERSON = {"username": "user-$"}
_CLOSED = {"so-@song": "so-@closed_song", "al-@album": "al-@closed_album", "ar-@artist": "ar-@closed_artist"}
# Parameters of OpenSubsonic's endpoints; what stands in no line needs none.
REST: dict[str, dict[str, str]] = {
    "getMusicDirectory": _ALBUM,
    "getArtist": _ARTIST,
    "getAlbum": _ALBUM,
    "getSong": _SONG,
    "getArtistInfo": _ARTIST,
    "getArtistInfo2": _ARTIST,
    "getAlbumInfo": _ALBUM,
    "getAlbumInfo2": _ALBUM,
    "getSimilarSongs": _SONG,
    "getSimilarSongs2": _ARTIST,
    "getSonicSimilarTracks": _SONG,
    "findSonicPath": {"startSongId": "so-@song", "endSongId": "so-@song"},
    "getTopSongs": {"artist": "Aurora"},
    "getAlbumList": {"type": "newest"},
    "getAlbumList2": {"type": "newest"},
    "getSongsByGenre": {"genre": "Pop"},
    "search": {"any": "dawn"},
    "search2": {"query": "dawn"},
    "search3": {"query": "dawn"},
    "getPlaylist": {"id": "pl-@private_playlist"},
    "createPlaylist": {"name": "New"},
    "updatePlaylist": {"playlistId": "pl-@private_playlist", "name": "Renamed"},
    "deletePlaylist": {"id": "pl-@private_playlist"},
    "stream": _SONG,
    "download": _SONG,
    "hls.m3u8": _SONG,
    "getTranscodeDecision": {"mediaId": "so-@song", "mediaType": "song"},
    "getTranscodeStream": {"mediaId": "so-@song", "mediaType": "song", "transcodeParams": "mp3.64.44100.1"},
    "getCoverArt": _ALBUM,
    "getAvatar": _PERSON,
    "getLyrics": {"artist": "Aurora", "title": "Dawn"},
    "getLyricsBySongId": _SONG,
    "star": _SONG,
    "unstar": _SONG,
    "setRating": {**_SONG, "rating": "3"},
    "scrobble": _SONG,
    "reportPlayback": {"mediaId": "so-@song", "mediaType": "song", "positionMs": "0", "state": "playing"},
    "jukeboxControl": {"action": "status"},
    "createBookmark": {**_SONG, "position": "5"},
    "deleteBookmark": _SONG,
    "savePlayQueue": {**_SONG, "current": "so-@song"},
    "savePlayQueueByIndex": {**_SONG, "currentIndex": "0"},
    "getPodcastEpisode": {"id": "pe-999999"},
    "createPodcastChannel": {"url": "https://feeds.example.org/rest-$"},
    "deletePodcastChannel": {"id": "pc-999999"},
    "deletePodcastEpisode": {"id": "pe-999999"},
    "downloadPodcastEpisode": {"id": "pe-999999"},
    "getUser": _PERSON,
    "createUser": {"username": "new-$", "password": NEW_PASSWORD, "email": "new-$@example.org"},
    "updateUser": {**_PERSON, "email": "moved-$@example.org"},
    "deleteUser": _PERSON,
    "changePassword": {**_PERSON, "password": NEW_PASSWORD},
}


def rest_sorts(name: str) -> list[tuple[str, dict[str, str]]]:
    """The calls of an endpoint: of what everybody may hear, and of what is closed to most."""
    usual = REST.get(name, {})
    found = [("", usual)]
    closed = {key: _CLOSED.get(value, value) for key, value in usual.items()}
    if closed != usual:
        found.append((" closed", closed))
    if "pl-@private_playlist" in usual.values():
        public = {key: value.replace("private", "public") for key, value in usual.items()}
        found.append((" public", public))
    return found


def filled(value: Any, cast: Cast) -> Any:
    """A body or parameters with the numbers of a cast."""
    if isinstance(value, dict):
        return {name: filled(inner, cast) for name, inner in value.items()}
    if isinstance(value, list):
        return [filled(inner, cast) for inner in value]
    if not isinstance(value, str):
        return value
    text = value.replace("$", str(cast.number))
    start, mark, thing = text.partition("@")
    if mark and thing in cast.things:
        return f"{start}{cast.things[thing]}" if start else cast.things[thing]
    return text


def picture() -> bytes:
    """A small picture."""
    written = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(written, "PNG")
    return written.getvalue()
