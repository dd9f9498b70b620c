"""Where uploads are kept: a folder, or an S3-compatible object storage."""
