"""The history of the database's shape: one line of named steps, the same on SQLite and PostgreSQL."""
