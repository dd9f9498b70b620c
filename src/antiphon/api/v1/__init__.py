"""The native dialect, at /api/v1."""
