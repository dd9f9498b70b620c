"""A playlist as its log tells it, and what it should be after an edit: written apart from the product."""

from dataclasses import dataclass, field
from typing import Any

from antiphon.areas.playlists.data import Operation, Track


@dataclass
class Replayed:
    """What applying the operations in order gives."""

    title: str = ""
    description: str = ""
    is_public: bool = False
    mood_tags: list[str] = field(default_factory=list)
    collaborators: list[int] = field(default_factory=list)
    items: list[tuple[int, Track]] = field(default_factory=list)

    def apply(self, operation: Operation) -> None:
        """One operation, whose positions must fit."""
        data: dict[str, Any] = operation.data
        item = (data.get("item_id", 0), data.get("track_id", 0))
        match operation.action:
            case "add_track":
                assert data["position"] <= len(self.items)
                self.items.insert(data["position"], item)
            case "remove_track":
                assert self.items.pop(data["position"]) == item
            case "move_track":
                self.items.remove(item)
                assert data["position"] <= len(self.items)
                self.items.insert(data["position"], item)
            case _:
                for name, value in data.items():
                    setattr(self, name, value)
