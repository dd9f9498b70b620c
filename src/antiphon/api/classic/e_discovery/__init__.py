"""The dialect of the discovery backend (E), under `/api/…/`."""
