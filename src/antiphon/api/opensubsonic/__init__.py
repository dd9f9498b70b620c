"""The OpenSubsonic dialect: what music apps of other makers speak, mounted at `/rest`."""

from antiphon.api.opensubsonic.application import OpenSubsonic

__all__ = ["OpenSubsonic"]
