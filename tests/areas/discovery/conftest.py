"""Discovery stands on the library: its tests begin on the same stage."""

from tests.areas.library.conftest import empty_stage

__all__ = ["empty_stage"]
