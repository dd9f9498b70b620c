"""The answers that hold music or tell something else: lists, indexes, playlists, words, accounts."""

from antiphon.api.opensubsonic.values import Album, Artist, Folder, NowPlayingEntry, Song, Value


class Index(Value):
    """The artists under one letter."""

    name: str
    artist: tuple[Artist, ...]


class Artists(Value):
    """All artists, under their letters."""

    ignored_articles: str
    index: tuple[Index, ...]


class Indexes(Value):
    """All artists, under their letters, as folders; without `index` they are what they were."""

    ignored_articles: str
    last_modified: int
    index: tuple[Index, ...] | None = None


class Directory(Value):
    """What is in a folder."""

    id: str
    name: str
    child: tuple[Song | Folder, ...]
    parent: str | None = None
    starred: str | None = None
    user_rating: int | None = None
    play_count: int | None = None


class MusicFolder(Value):
    """A library; the only kind of id that is a number."""

    id: int
    name: str


class MusicFolders(Value):
    """The libraries the caller may browse."""

    music_folder: tuple[MusicFolder, ...]


class Genre(Value):
    """A genre and how much of it there is; its name stands as `value`, in XML as text."""

    song_count: int
    album_count: int
    value: str


class Genres(Value):
    """All genres."""

    genre: tuple[Genre, ...]


class AlbumList(Value):
    """Albums as folders."""

    album: tuple[Folder, ...]


class AlbumList2(Value):
    """Albums by their tags."""

    album: tuple[Album, ...]


class Songs(Value):
    """Songs."""

    song: tuple[Song, ...]


class FolderHits(Value):
    """What was found or starred, for clients that browse by folders."""

    artist: tuple[Artist, ...]
    album: tuple[Folder, ...]
    song: tuple[Song, ...]


class Hits(Value):
    """What was found or starred."""

    artist: tuple[Artist, ...]
    album: tuple[Album, ...]
    song: tuple[Song, ...]


class OldHits(Value):
    """What the oldest of the three searches found."""

    offset: int
    total_hits: int
    match: tuple[Song, ...]


class NowPlaying(Value):
    """What everybody plays."""

    entry: tuple[NowPlayingEntry, ...]


class Playlist(Value):
    """A playlist without its songs."""

    id: str
    name: str
    comment: str
    owner: str
    public: bool
    song_count: int
    duration: int
    created: str
    changed: str
    cover_art: str
    readonly: bool


class PlaylistWithSongs(Playlist, kw_only=True):
    """A playlist with its songs."""

    entry: tuple[Song, ...]


class Playlists(Value):
    """Playlists."""

    playlist: tuple[Playlist, ...]


class Information(Value):
    """What is known about an artist or album beside the music; each stands as an element of its own in XML."""

    ELEMENTS = True
    music_brainz_id: str | None = None
    small_image_url: str | None = None
    medium_image_url: str | None = None
    large_image_url: str | None = None


class License(Value):
    """Always valid: the server is free."""

    valid: bool


class ScanStatus(Value):
    """Whether a scan runs, and how many songs there are."""

    scanning: bool
    count: int


class Extension(Value):
    """A part of OpenSubsonic that is supported."""

    name: str
    versions: tuple[int, ...]


class TokenInfo(Value):
    """Whose key it is."""

    username: str


class User(Value):
    """An account and what it may do."""

    username: str
    scrobbling_enabled: bool
    admin_role: bool
    settings_role: bool
    download_role: bool
    upload_role: bool
    playlist_role: bool
    cover_art_role: bool
    comment_role: bool
    podcast_role: bool
    stream_role: bool
    jukebox_role: bool
    share_role: bool
    video_conversion_role: bool
    folder: tuple[int, ...]
    email: str | None = None
    max_bit_rate: int | None = None


class Users(Value):
    """Accounts."""

    user: tuple[User, ...]


class Error(Value):
    """Why a call failed."""

    code: int
    message: str
    help_url: str | None = None


class Empty(Value):
    """A list of things that this server has none of."""


class PodcastEpisode(Value):
    """An episode of a podcast, in the shape of a song. `stream_id` is there once it is on the server's disk."""

    id: str
    channel_id: str
    is_dir: bool
    title: str
    album: str
    artist: str
    genre: str
    is_video: bool
    type: str
    parent: str
    description: str
    status: str
    publish_date: str
    year: int
    created: str
    size: int
    duration: int
    suffix: str
    content_type: str
    path: str
    cover_art: str
    stream_id: str | None = None
    bookmark_position: int | None = None


class PlayQueue(Value):
    """What a person has lined up; the position is in milliseconds."""

    username: str
    changed: str
    changed_by: str
    current: str
    position: int
    entry: tuple[Song | PodcastEpisode, ...]


class PlayQueueByIndex(Value):
    """The same, with the place of the song that plays."""

    username: str
    changed: str
    changed_by: str
    current_index: int
    position: int
    entry: tuple[Song | PodcastEpisode, ...]


class PodcastChannel(Value):
    """A podcast."""

    id: str
    url: str
    title: str
    description: str
    status: str
    cover_art: str
    original_image_url: str = ""
    error_message: str = ""


class PodcastChannelWithEpisodes(PodcastChannel, kw_only=True):
    """A podcast with its episodes."""

    episode: tuple[PodcastEpisode, ...]


class Podcasts(Value):
    """Podcasts."""

    channel: tuple[PodcastChannel, ...] | tuple[PodcastChannelWithEpisodes, ...]


class NewestPodcasts(Value):
    """The newest episodes."""

    episode: tuple[PodcastEpisode, ...]


class Bookmark(Value):
    """A place in a song, in milliseconds."""

    position: int
    username: str
    comment: str
    created: str
    changed: str
    entry: Song | PodcastEpisode


class ChatMessage(Value):
    """What somebody said; the moment in milliseconds since 1970."""

    username: str
    time: int
    message: str


class ChatMessages(Value):
    """What was said."""

    chat_message: tuple[ChatMessage, ...]


class InternetRadioStation(Value):
    """A radio station."""

    id: str
    name: str
    stream_url: str
    home_page_url: str = ""


class InternetRadioStations(Value):
    """Radio stations."""

    internet_radio_station: tuple[InternetRadioStation, ...]


class Share(Value):
    """A public page with some songs."""

    id: str
    url: str
    username: str
    created: str
    visit_count: int
    entry: tuple[Song, ...]
    description: str = ""
    expires: str | None = None
    last_visited: str | None = None


class Shares(Value):
    """Public pages."""

    share: tuple[Share, ...]


class Bookmarks(Value):
    """Bookmarks."""

    bookmark: tuple[Bookmark, ...]
