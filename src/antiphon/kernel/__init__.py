"""What every area stands on: ids, errors, events, the database, jobs. It knows no music."""
