"""What a linter cannot say about the sources."""
