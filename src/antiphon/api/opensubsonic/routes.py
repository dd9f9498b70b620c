"""Every endpoint of OpenSubsonic, in one table: its name, who answers, and what the payload is called."""

from antiphon.api.opensubsonic.calls import Endpoint
from antiphon.api.opensubsonic.endpoints import (
    absent,
    annotation,
    broadcasts,
    browsing,
    information,
    jukebox,
    lists,
    media,
    playlists,
    podcasts,
    saved,
    searching,
    shares,
    similar,
    system,
    transcoding,
    users,
)
from antiphon.api.opensubsonic.endpoints.absent import none_of_it, not_here

_TABLE = (
    # System
    Endpoint("ping", system.ping),
    Endpoint("getLicense", system.get_license, "license"),
    Endpoint("getOpenSubsonicExtensions", system.get_extensions, "openSubsonicExtensions", is_open=True),
    Endpoint("tokenInfo", users.token_info, "tokenInfo"),
    # Scanning
    Endpoint("getScanStatus", system.get_scan_status, "scanStatus"),
    Endpoint("startScan", system.start_scan, "scanStatus", scope="admin"),
    # Browsing
    Endpoint("getMusicFolders", browsing.get_music_folders, "musicFolders"),
    Endpoint("getIndexes", browsing.get_indexes, "indexes"),
    Endpoint("getMusicDirectory", browsing.get_music_directory, "directory"),
    Endpoint("getGenres", browsing.get_genres, "genres"),
    Endpoint("getArtists", browsing.get_artists, "artists"),
    Endpoint("getArtist", browsing.get_artist, "artist"),
    Endpoint("getAlbum", browsing.get_album, "album"),
    Endpoint("getSong", browsing.get_song, "song"),
    Endpoint("getVideos", none_of_it, "videos"),
    Endpoint("getVideoInfo", not_here),
    Endpoint("getArtistInfo", information.get_artist_info, "artistInfo"),
    Endpoint("getArtistInfo2", information.get_artist_info, "artistInfo2"),
    Endpoint("getAlbumInfo", information.get_album_info, "albumInfo"),
    Endpoint("getAlbumInfo2", information.get_album_info, "albumInfo"),
    Endpoint("getSimilarSongs", similar.get_similar_songs, "similarSongs"),
    Endpoint("getSimilarSongs2", similar.get_similar_songs2, "similarSongs2"),
    Endpoint("getTopSongs", lists.get_top_songs, "topSongs"),
    Endpoint("getSonicSimilarTracks", similar.get_sonic_similar_tracks, "sonicMatch"),
    Endpoint("findSonicPath", similar.find_sonic_path, "sonicMatch"),
    # Lists
    Endpoint("getAlbumList", lists.get_album_list, "albumList"),
    Endpoint("getAlbumList2", lists.get_album_list2, "albumList2"),
    Endpoint("getRandomSongs", lists.get_random_songs, "randomSongs"),
    Endpoint("getSongsByGenre", lists.get_songs_by_genre, "songsByGenre"),
    Endpoint("getNowPlaying", lists.get_now_playing, "nowPlaying"),
    Endpoint("getStarred", lists.get_starred, "starred"),
    Endpoint("getStarred2", lists.get_starred2, "starred2"),
    # Searching
    Endpoint("search", searching.search, "searchResult"),
    Endpoint("search2", searching.search2, "searchResult2"),
    Endpoint("search3", searching.search3, "searchResult3"),
    # Playlists
    Endpoint("getPlaylists", playlists.get_playlists, "playlists"),
    Endpoint("getPlaylist", playlists.get_playlist, "playlist"),
    Endpoint("createPlaylist", playlists.create_playlist, "playlist", scope="write"),
    Endpoint("updatePlaylist", playlists.update_playlist, scope="write"),
    Endpoint("deletePlaylist", playlists.delete_playlist, scope="write"),
    # Media
    Endpoint("stream", media.stream, sends_bytes=True),
    Endpoint("download", media.download, sends_bytes=True),
    Endpoint("getCoverArt", media.get_cover_art, sends_bytes=True),
    Endpoint("getAvatar", media.get_avatar, sends_bytes=True),
    Endpoint("hls.m3u8", transcoding.get_hls, sends_bytes=True),
    Endpoint("getCaptions", not_here),
    Endpoint("getLyrics", information.get_lyrics, "lyrics"),
    Endpoint("getLyricsBySongId", information.get_lyrics_by_song_id, "lyricsList"),
    Endpoint("getTranscodeDecision", transcoding.get_transcode_decision, "transcodeDecision"),
    Endpoint("getTranscodeStream", transcoding.get_transcode_stream, sends_bytes=True),
    # Annotation
    Endpoint("star", annotation.star, scope="write"),
    Endpoint("unstar", annotation.unstar, scope="write"),
    Endpoint("setRating", annotation.set_rating, scope="write"),
    Endpoint("scrobble", annotation.scrobble, scope="write"),
    Endpoint("reportPlayback", saved.report_playback, scope="write"),
    # Bookmarks and the play queue
    Endpoint("getBookmarks", saved.get_bookmarks, "bookmarks"),
    Endpoint("createBookmark", saved.create_bookmark, scope="write"),
    Endpoint("deleteBookmark", saved.delete_bookmark, scope="write"),
    Endpoint("getPlayQueue", saved.get_play_queue, "playQueue"),
    Endpoint("savePlayQueue", saved.save_play_queue, scope="write"),
    Endpoint("getPlayQueueByIndex", saved.get_play_queue_by_index, "playQueueByIndex"),
    Endpoint("savePlayQueueByIndex", saved.save_play_queue_by_index, scope="write"),
    # Sharing, radio, podcasts, jukebox, chat
    Endpoint("getShares", shares.get_shares, "shares"),
    Endpoint("createShare", shares.create_share, "shares", scope="write"),
    Endpoint("updateShare", shares.update_share, scope="write"),
    Endpoint("deleteShare", shares.delete_share, scope="write"),
    Endpoint("getInternetRadioStations", broadcasts.get_stations, "internetRadioStations"),
    Endpoint("createInternetRadioStation", broadcasts.create_station, scope="write"),
    Endpoint("updateInternetRadioStation", broadcasts.update_station, scope="write"),
    Endpoint("deleteInternetRadioStation", broadcasts.delete_station, scope="write"),
    Endpoint("getPodcasts", podcasts.get_podcasts, "podcasts"),
    Endpoint("getNewestPodcasts", podcasts.get_newest_podcasts, "newestPodcasts"),
    Endpoint("getPodcastEpisode", podcasts.get_podcast_episode, "podcastEpisode"),
    Endpoint("refreshPodcasts", podcasts.refresh_podcasts, scope="write"),
    Endpoint("createPodcastChannel", podcasts.create_channel, scope="write"),
    Endpoint("deletePodcastChannel", podcasts.delete_channel, scope="write"),
    Endpoint("deletePodcastEpisode", podcasts.delete_episode, scope="write"),
    Endpoint("downloadPodcastEpisode", podcasts.download_episode, scope="write"),
    Endpoint("jukeboxControl", jukebox.control, "jukeboxStatus", scope="write"),
    Endpoint("getChatMessages", broadcasts.get_chat_messages, "chatMessages"),
    Endpoint("addChatMessage", broadcasts.add_chat_message, scope="write"),
    # Accounts
    Endpoint("getUser", users.get_user, "user"),
    Endpoint("getUsers", users.get_users, "users"),
    Endpoint("createUser", users.create_user, scope="admin"),
    Endpoint("updateUser", users.update_user, scope="admin"),
    Endpoint("deleteUser", users.delete_user, scope="admin"),
    Endpoint("changePassword", users.change_password, scope="write"),
)

ENDPOINTS = {endpoint.name: endpoint for endpoint in _TABLE}
# The name with its ending is the right one, but `hls.view` is what some libraries make of it.
CALLABLE = {**ENDPOINTS, "hls": ENDPOINTS["hls.m3u8"]}
UNKNOWN = Endpoint("", absent.no_endpoint)
"""What answers at any other name: it asks for a sign-in like all others."""
