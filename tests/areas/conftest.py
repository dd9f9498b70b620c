"""What tests of the areas may ask for besides."""

from tests.stage import stage

__all__ = ["stage"]
