"""The dialect of the streaming application (A), under `/api/…` without a slash at the end."""
