"""Python looks for garbage less often in the tests' process than by itself. It would go through all modules and all
tests again and again while they are loaded, and nothing of that is ever garbage; after that they are left out of it."""

import gc

import pytest

# New objects before a look at the new ones; looks before one at the middle-aged; such looks before one at the old.
THRESHOLDS = (20_000, 20, 20)

gc.disable()


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """All modules are loaded, all tests are known."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
    gc.enable()
