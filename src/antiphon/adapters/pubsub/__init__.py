"""News between processes: one process alone, the processes of one machine, or Redis."""
