"""The tables of broadcasts."""

from sqlalchemy import Column, Double, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from antiphon.kernel.db import Id, Moment, metadata

radio_station = Table(
    "radio_station",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False),
    Column("stream_url", Text, nullable=False),
    Column("homepage_url", Text, nullable=False, server_default=""),
    Column("created_at", Moment, nullable=False),
    sqlite_autoincrement=True,
)

podcast_channel = Table(
    "podcast_channel",
    metadata,
    Column("id", Id, primary_key=True),
    Column("url", Text, nullable=False, unique=True),
    Column("title", Text, nullable=False, server_default=""),
    Column("description", Text, nullable=False, server_default=""),
    Column("homepage_url", Text, nullable=False, server_default=""),
    Column("image_url", Text, nullable=False, server_default=""),
    # The picture as it lies on the disk: where it came from, its file's name, and its hash.
    Column("image_source", Text, nullable=False, server_default=""),
    Column("image_file", Text, nullable=False, server_default=""),
    Column("image_hash", Text, nullable=False, server_default=""),
    Column("etag", Text, nullable=False, server_default=""),
    Column("modified", Text, nullable=False, server_default=""),
    Column("status", Text, nullable=False),
    Column("error", Text, nullable=False, server_default=""),
    Column("refreshed_at", Moment),
    Column("created_at", Moment, nullable=False),
    sqlite_autoincrement=True,
)

podcast_episode = Table(
    "podcast_episode",
    metadata,
    Column("id", Id, primary_key=True),
    Column("channel_id", Id, ForeignKey("podcast_channel.id", ondelete="CASCADE"), nullable=False),
    Column("guid", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("description", Text, nullable=False, server_default=""),
    Column("audio_url", Text, nullable=False),
    Column("content_type", Text, nullable=False, server_default=""),
    Column("suffix", Text, nullable=False, server_default=""),
    Column("size", Id, nullable=False, server_default="0"),
    Column("duration", Double, nullable=False, server_default="0"),
    Column("published_at", Moment, nullable=False),
    Column("status", Text, nullable=False),
    Column("error", Text, nullable=False, server_default=""),
    # Below the folder of podcasts; empty while the audio is not on the disk.
    Column("file_name", Text, nullable=False, server_default=""),
    # What the file on the disk holds, once it was looked into: a name as songs have it, kbit/s, Hz.
    Column("format", Text, nullable=False, server_default=""),
    Column("bitrate", Integer, nullable=False, server_default="0"),
    Column("sample_rate", Integer, nullable=False, server_default="0"),
    Column("channels", Integer, nullable=False, server_default="0"),
    # The job that downloads it, while one does.
    Column("job_id", Text, nullable=False, server_default=""),
    Column("created_at", Moment, nullable=False),
    UniqueConstraint("channel_id", "guid"),
    Index("ix_podcast_episode_published_at", "published_at", "id"),
    Index("ix_podcast_episode_channel_id", "channel_id", "published_at", "id"),
    Index("ix_podcast_episode_job_id", "job_id"),
    sqlite_autoincrement=True,
)

# Where somebody stopped in an episode.
podcast_position = Table(
    "podcast_position",
    metadata,
    Column("user_id", Id, ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True),
    Column("episode_id", Id, ForeignKey("podcast_episode.id", ondelete="CASCADE"), primary_key=True),
    # Seconds into the episode.
    Column("position", Double, nullable=False),
    Column("comment", Text, nullable=False, server_default=""),
    Column("created_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    # When they had heard it to the end, or said so; null since they began it again.
    Column("played_at", Moment),
    # The app that told the place, and how fast it plays on from there: 1 is the sound's own speed, 0 a pause.
    Column("client", Text, nullable=False, server_default=""),
    Column("rate", Double, nullable=False, server_default="0"),
    Index("ix_podcast_position_episode_id", "episode_id"),
    sqlite_with_rowid=False,
)

# What somebody's app has lined up where episodes are among it; songs alone are the play queue's.
podcast_queue = Table(
    "podcast_queue",
    metadata,
    Column("user_id", Id, ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True),
    Column("client", Text, primary_key=True),
    # A JSON list: a song's id as it is, an episode's below zero.
    Column("things", Text, nullable=False),
    Column("place", Integer, nullable=False),
    # Seconds into what stands at `place`.
    Column("position", Double, nullable=False),
    # The play queue with its songs has the same moment; another one has been kept since.
    Column("changed_at", Moment, nullable=False),
    sqlite_with_rowid=False,
)
