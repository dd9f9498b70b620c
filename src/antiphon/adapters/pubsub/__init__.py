"""News between processes: those of one machine, or by Redis."""
