"""What people change in the catalogue, as rows."""
