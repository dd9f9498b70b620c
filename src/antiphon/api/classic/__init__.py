"""The dialects of the four documented backends that Antiphon replaces."""
