"""Playlists: songs that people put in an order, alone or together."""
