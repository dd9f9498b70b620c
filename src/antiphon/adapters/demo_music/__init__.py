"""Music made on the spot: a small demo library, and single songs for seeding. Nothing here was recorded by anybody.

`make_demo_library` makes 30 songs of three invented artists; `make_song` makes one with any title; `make_seed_songs` as
many as are wanted. Everything is in the public domain (CC0), and the same seed gives the same notes.
"""

from __future__ import annotations

from antiphon.adapters.demo_music.library import make_demo_library
from antiphon.adapters.demo_music.seeding import SeedSong, make_seed_songs, plan_songs
from antiphon.adapters.demo_music.songs import MadeSong, make_song

__all__ = ["MadeSong", "SeedSong", "make_demo_library", "make_seed_songs", "make_song", "plan_songs"]
