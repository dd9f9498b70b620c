"""Music files themselves: what their tags say, and what their sound is."""
