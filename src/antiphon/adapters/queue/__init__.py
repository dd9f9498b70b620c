"""Celery executes the jobs: hints out, workers and beat. Nothing outside this folder and bootstrap knows it."""
