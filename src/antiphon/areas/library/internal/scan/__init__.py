"""Scanning music folders: walk, compare, read tags in worker processes, match identities, write, add up.

walk → compare → read (workers) → prepare (workers) → match and write (one writer) → totals
"""
