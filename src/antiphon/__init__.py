"""Antiphon: a self-hosted music streaming server. One musical core, many voices."""

__version__ = "0.1.0"
