"""Commands over the areas' api."""
