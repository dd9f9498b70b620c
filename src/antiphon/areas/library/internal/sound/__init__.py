"""How songs sound: what was measured of them, and what of it songs show."""
