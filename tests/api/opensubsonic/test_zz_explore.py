import traceback, time
import libopensonic
import pytest
from tests.api.opensubsonic.test_clients import app  # noqa

pytestmark = pytest.mark.server

@pytest.mark.parametrize("get", [False])
def test_all(app, get):
    c = libopensonic.Connection("http://127.0.0.1", "anna", app.password, port=app.server.port, use_get=get)
    def t(name, *a, **k):
        try:
            r = getattr(c, name)(*a, **k)
            print("OK ", name, a, k, repr(r)[:300])
            return r
        except Exception as e:
            print("BAD", name, a, k, type(e).__name__, str(e)[:300])
    found = t("search3", "", song_count=50)
    song = next(s for s in found.song if s.title == "Dawn"); other = next(s for s in found.song if s.title == "Dusk")
    t("ping"); t("get_license"); t("get_open_subsonic_extensions"); t("token_info")
    t("get_album", song.album_id); t("get_album_info", song.album_id); t("get_album_info2", song.album_id)
    for kind in ("random","newest","highest","frequent","recent","starred","alphabeticalByName","alphabeticalByArtist"):
        t("get_album_list", kind); t("get_album_list2", kind)
    t("get_album_list2", "byYear", from_year=1900, to_year=2100); t("get_album_list2", "byGenre", genre="Rock")
    t("get_artist", song.artist_id); t("get_artists"); t("get_artist_info", song.artist_id); t("get_artist_info2", song.artist_id)
    t("get_avatar", "anna"); t("get_bookmarks"); t("create_bookmark", song.id, 5000, "half"); t("get_bookmarks"); t("delete_bookmark", song.id)
    t("add_chat_message", "hello"); t("get_chat_messages")
    t("get_cover_art", song.cover_art, 64); t("get_genres"); t("get_indexes"); t("get_indexes", 1, 1)
    t("get_internet_radio_stations"); t("create_internet_radio_station", "http://radio.example.org/live", "Waves", "http://radio.example.org")
    st = t("get_internet_radio_stations")
    if st: t("update_internet_radio_station", st[0].id, "http://radio.example.org/l2", "Waves 2"); t("delete_internet_radio_station", st[0].id)
    t("get_lyrics", song.artist, song.title); t("get_lyrics_by_song_id", song.id)
    d = t("get_music_directory", song.parent); 
    t("get_music_folders"); t("get_indexes", "1")
    t("get_newest_podcasts"); t("get_podcasts"); t("get_now_playing")
    t("scrobble", song.id, submission=False); t("get_now_playing"); t("scrobble", song.id, listen_time=1700000000000)
    t("create_playlist", name="Evening", song_ids=[song.id, other.id]); pl = t("get_playlists")
    t("update_playlist", pl[0].id, name="Later", comment="x", song_ids_to_add=[song.id], song_indices_to_remove=[0])
    t("get_playlist", pl[0].id); t("delete_playlist", pl[0].id); t("get_playlists", "anna")
    t("get_play_queue"); t("save_play_queue", [song.id, other.id], other.id, 1234); t("get_play_queue")
    t("save_play_queue_by_index", [song.id, song.id], 1, 99); t("get_play_queue_by_index")
    t("save_play_queue", []); t("get_play_queue"); t("get_play_queue_by_index")
    t("get_random_songs", 3); t("get_scan_status"); t("get_shares"); sh = t("create_share", [song.id], "words", (time.time() + 9999) * 1000); t("create_share", [song.id], "words")
    if sh: t("update_share", sh.id, "other"); t("get_shares"); t("delete_share", sh.id)
    t("get_similar_songs", song.id); t("get_similar_songs2", song.artist_id); t("get_sonic_similar_tracks", song.id); t("find_sonic_path", song.id, other.id)
    t("get_song", song.id); t("get_songs_by_genre", "Rock"); t("set_rating", song.id, 4); t("star", [song.id], [song.album_id], [song.artist_id])
    t("get_starred"); t("get_starred2"); t("unstar", [song.id], [song.album_id], [song.artist_id]); t("get_top_songs", song.artist)
    t("get_user", "anna"); t("create_user", "carol", "tuba on a slow train", "c@example.org"); t("get_users"); t("update_user", "carol", email="d@example.org", max_bit_rate=128); t("change_password", "carol", "third slow train"); t("delete_user", "carol")
    t("get_videos"); t("get_video_info", "1"); t("get_captions", "1")
    info = {"name": "py", "platform": "py", "directPlayProfiles": [{"containers": ["flac"], "audioCodecs": ["flac"], "protocols": ["http"]}], "transcodingProfiles": [{"container": "mp3", "audioCodec": "mp3", "protocol": "http"}]}
    dec = t("get_transcode_decision", song.id, "song", info)
    if dec and dec.transcode_params: t("get_transcode_stream", song.id, "song", dec.transcode_params)
    t("jukebox_control", "status"); t("report_playback", song.id, "song", 1000, "playing"); t("search2", "dawn"); t("start_scan")
    t("stream", song.id); t("stream", song.id, byte_range="0-99"); t("stream", song.id, tformat="opus", max_bit_rate=64); t("download", song.id)
    t("refresh_podcasts"); t("delete_podcast_channel", "pc-99"); t("get_podcast_episode", "pe-99"); t("create_podcast_channel", "http://127.0.0.1:9/feed"); t("download_podcast_episode", "pe-9"); t("delete_podcast_episode","pe-9")
    t("get_song", "so-99999")
    c.cleanup()
