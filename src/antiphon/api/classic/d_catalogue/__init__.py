"""The dialect of the catalogue backend (D), at the root."""
