"""The artists' desk: one's own music as it is received, and tables of it to take away."""

from antiphon.areas.library.api.desk.exports import EXPORT, REMOVE_EXPORT, Exports, ExportTools
from antiphon.areas.library.api.desk.reading import DeskReading

__all__ = ["EXPORT", "REMOVE_EXPORT", "DeskReading", "ExportTools", "Exports"]
