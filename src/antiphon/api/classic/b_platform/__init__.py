"""The dialect of the streaming platform (B), under `/api/…/`."""
