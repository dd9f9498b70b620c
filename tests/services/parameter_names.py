"""How tests that are run with several values are called.

Workers compare the names of what they collected and refuse to begin when one differs: the content of a file is no name,
as it may hold the moment at which it was made (the parts of a ZIP do).
"""

LONGEST = 16


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes beyond a short word go by the name of their parameter, and pytest numbers them; all else as it does."""
    return argname if isinstance(val, bytes) and len(val) > LONGEST else None
