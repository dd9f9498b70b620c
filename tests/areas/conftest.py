"""What tests of the areas may ask for besides."""

from tests.areas.plans import full_database, planner
from tests.stage import stage

__all__ = ["full_database", "planner", "stage"]
