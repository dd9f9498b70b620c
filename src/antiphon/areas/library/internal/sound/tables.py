"""The tables of what is measured of songs. They stand apart from `song`, whose rows stay as short as they are; what
lists show of them (tempo, gains, loudness) is copied there when it is written."""

from sqlalchemy import Column, Double, ForeignKey, Index, Integer, LargeBinary, Table, Text, text

from antiphon.kernel.db import Id, Moment, metadata

song_sound = Table(
    "song_sound",
    metadata,
    Column("song_id", Id, ForeignKey("song.id", ondelete="CASCADE"), primary_key=True),
    # Which file was measured, and which version of the measure did it: another one makes the song be measured again.
    Column("size", Id, nullable=False),
    Column("modified_ns", Id, nullable=False),
    Column("version", Integer, nullable=False),
    Column("measured_at", Moment, nullable=False),
    # Why it could not be measured, as a sentence; empty where it was.
    Column("reason", Text, nullable=False, server_default=""),
    # The SHA-256 of the codec's name and the audio packets: the same under other tags.
    Column("audio_sha256", Text, nullable=False, server_default=""),
    Column("duration", Double, nullable=False, server_default="0"),
    # LUFS and LU; empty for silence.
    Column("loudness", Double),
    Column("loudness_range", Double),
    # 1.0 is full scale.
    Column("true_peak", Double, nullable=False, server_default="0"),
    # Beats a minute, exactly and as songs show them; empty where there is no clear beat.
    Column("tempo", Double),
    Column("bpm", Integer),
    Column("tempo_clarity", Double, nullable=False, server_default="0"),
    Column("key", Text, nullable=False, server_default=""),
    Column("key_strength", Double, nullable=False, server_default="0"),
    Column("energy", Double),
    # What songs show where their tags tell no gains: dB to the reference loudness.
    Column("track_gain", Double),
    Column("track_peak", Double),
    Column("album_gain", Double),
    Column("album_peak", Double),
    Index("ix_song_sound_audio_sha256", "audio_sha256"),
    Index(
        "ix_song_sound_unreadable", "song_id", sqlite_where=text("reason <> ''"), postgresql_where=text("reason <> ''")
    ),
)

# 800 heights of 8 bits.
song_waveform = Table(
    "song_waveform",
    metadata,
    Column("song_id", Id, ForeignKey("song.id", ondelete="CASCADE"), primary_key=True),
    Column("heights", LargeBinary, nullable=False),
)

# What songs are compared by. `position` grows with every vector that is written, so that readers fetch what is new.
song_vector = Table(
    "song_vector",
    metadata,
    Column("position", Id, primary_key=True),
    Column("song_id", Id, ForeignKey("song.id", ondelete="CASCADE"), nullable=False, unique=True),
    Column("vector", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)
