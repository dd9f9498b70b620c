"""Repeatable benchmarks: `python -m bench [name …]`. See README.md beside this file."""
