"""What looks after the whole server: what is on record, and everything that is known about a person."""
