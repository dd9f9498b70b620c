"""RSS 2.0 with the words of iTunes, and Atom, read from bytes of strangers.

Nothing is ever expanded or fetched: a document type is refused before any entity can be declared. Depth, elements and
the length of each text have bounds; of many episodes the newest are kept.
"""

from typing import Any
from urllib.parse import urljoin
from xml.parsers import expat

from antiphon.adapters.feeds import dates
from antiphon.adapters.feeds.text import one_line, plain
from antiphon.areas.broadcasts.data.podcasts import Feed, FeedEpisode
from antiphon.kernel.errors import AntiphonError, Kind

MOST_EPISODES = 500
MOST_ITEMS = 50_000
MOST_ELEMENTS = 500_000
DEEPEST = 40
LONGEST_TEXT = 40_000
LONGEST_TITLE = 500
LONGEST_DESCRIPTION = 10_000
LONGEST_ADDRESS = 2_000

_ITUNES = "http://www.itunes.com/dtds/podcast-1.0.dtd"
_ATOM = "http://www.w3.org/2005/Atom"
_CONTENT = "http://purl.org/rss/1.0/modules/content/"
_PREFIXES = {_ITUNES.casefold(): "itunes:", _ATOM.casefold(): "atom:", _CONTENT: "content:", "": ""}
_ITEMS = ("item", "atom:entry")
_ROOTS = ("rss", "atom:feed")
_ENDINGS = (".mp3", ".m4a", ".m4b", ".ogg", ".oga", ".opus", ".flac", ".wav", ".aac")
_UNTOLD = ("", "application/octet-stream", "binary/octet-stream", "application/ogg")


def no_feed(sentence: str) -> AntiphonError:
    """What was read is no feed."""
    return AntiphonError(Kind.UNREADABLE, "no_feed", sentence)


class _Part:
    """What an item, or the channel itself, says: the first text of each name, and links with their attributes."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.links: list[dict[str, str]] = []
        self.image = ""

    def first(self, *names: str) -> str:
        """The first of these texts that says something."""
        return next((text for name in names if (text := self.texts.get(name, "").strip())), "")


class _Reader:
    """The handlers of one reading."""

    def __init__(self) -> None:
        self.channel = _Part()
        self.items: list[_Part] = []
        self.root = ""
        self._path: list[str] = []
        self._item: _Part | None = None
        self._text: list[str] = []
        self._length = 0
        self._elements = 0

    def doctype(self, name: str, *_: Any) -> None:
        """A document type is what attacks need and feeds do not."""
        if name.lower() == "html":
            raise no_feed("This is a web page, not a feed.")
        raise no_feed("The feed brings a document type, which is not read.")

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        name = _named(tag)
        self._elements += 1
        if self._elements > MOST_ELEMENTS or len(self._path) >= DEEPEST:
            raise no_feed("The feed is larger or deeper than a feed can be.")
        if not self._path:
            if name not in _ROOTS:
                raise no_feed("This is not a feed: it is neither RSS nor Atom.")
            self.root = name
        self._path.append(name)
        self._text, self._length = [], 0
        if name in _ITEMS and self._item is None:
            if len(self.items) >= MOST_ITEMS:
                raise no_feed(f"The feed has more than {MOST_ITEMS} items.")
            self._item = _Part()
        self._note(name, attributes)

    def end(self, tag: str) -> None:
        """An element ends; its own text is what came since the last beginning of one."""
        name = self._path.pop()
        if name in _ITEMS and self._item is not None and not any(part in _ITEMS for part in self._path):
            self.items.append(self._item)
            self._item = None
        elif self._text:
            self._keep(name, "".join(self._text))
        self._text, self._length = [], 0

    def text(self, data: str) -> None:
        """A piece of text."""
        if self._length < LONGEST_TEXT:
            self._text.append(data[: LONGEST_TEXT - self._length])
            self._length += len(data)

    def _note(self, name: str, attributes: dict[str, str]) -> None:
        part = self._item or self.channel
        if name in ("enclosure", "atom:link"):
            part.links.append({"element": name, **attributes})
        elif name == "itunes:image" and not part.image:
            part.image = attributes.get("href", "")

    def _keep(self, name: str, text: str) -> None:
        parent = self._path[-1] if self._path else ""
        if parent == "image" and name == "url" and self._item is None:
            self.channel.texts.setdefault("image", text)
        elif self._item is not None and parent in _ITEMS:
            self._item.texts.setdefault(name, text)
        elif self._item is None and parent in ("channel", "atom:feed"):
            self.channel.texts.setdefault(name, text)


def parse(content: bytes, address: str) -> Feed:
    """The feed in `content`, with its newest episodes first; `address` is where it stands. Raises UNREADABLE."""
    reader = _Reader()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = reader.doctype
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise no_feed("This is not a feed: it is no well-formed XML.") from error
    channel = reader.channel
    episodes: dict[str, FeedEpisode] = {}
    for item in reader.items:
        episode = _episode(item, address)
        if episode is not None:
            episodes.setdefault(episode.guid, episode)
    # Feeds tell the newest first; so the order of those without a date stays.
    newest = sorted(episodes.values(), key=lambda one: -(one.published_at or 0.0))[:MOST_EPISODES]
    home = channel.first("link") or _link(channel, "alternate", address)
    return Feed(
        title=one_line(channel.first("title", "atom:title"), LONGEST_TITLE),
        description=plain(
            channel.first("description", "itunes:summary", "itunes:subtitle", "atom:subtitle"), LONGEST_DESCRIPTION
        ),
        homepage_url=_address(home, address),
        image_url=_address(channel.image or channel.first("image", "atom:logo", "atom:icon"), address),
        episodes=tuple(newest),
    )


def _episode(item: _Part, base: str) -> FeedEpisode | None:
    """The episode of an item; None for an item without audio."""
    for link in item.links:
        is_enclosure = link["element"] == "enclosure" or link.get("rel") == "enclosure"
        address = _address(link.get("url") or link.get("href") or "", base)
        content_type = link.get("type", "").strip().lower()
        if is_enclosure and address and _may_be_audio(content_type, address):
            break
    else:
        return None
    title = one_line(item.first("title", "itunes:title", "atom:title"), LONGEST_TITLE)
    description = item.first(
        "content:encoded", "description", "itunes:summary", "itunes:subtitle", "atom:content", "atom:summary"
    )
    return FeedEpisode(
        guid=one_line(item.first("guid", "atom:id") or address, LONGEST_ADDRESS),
        title=title or address.rpartition("/")[2][:LONGEST_TITLE],
        description=plain(description, LONGEST_DESCRIPTION),
        audio_url=address,
        content_type=content_type[:100] if content_type.startswith("audio/") and content_type.isascii() else "",
        size=dates.size(link.get("length", "")),
        duration=dates.length(item.first("itunes:duration")),
        published_at=dates.moment(item.first("pubDate", "atom:published", "atom:updated")),
    )


def _may_be_audio(content_type: str, address: str) -> bool:
    if content_type.startswith("audio/"):
        return True
    return content_type in _UNTOLD and address.partition("?")[0].lower().endswith(_ENDINGS)


def _link(part: _Part, relation: str, base: str) -> str:
    found = (link.get("href", "") for link in part.links if link.get("rel", "alternate") == relation)
    return _address(next(found, ""), base)


def _address(text: str, base: str) -> str:
    """An absolute address of the web, or nothing."""
    try:
        joined = urljoin(base, text.strip()) if text.strip() else ""
    except ValueError:
        return ""
    is_web = joined.lower().startswith(("http://", "https://"))
    return joined if is_web and len(joined) <= LONGEST_ADDRESS and joined.isprintable() else ""


def _named(tag: str) -> str:
    """`itunes:image` for an element in a known namespace; what others mean by their names is not read."""
    space, found, name = tag.rpartition(" ")
    prefix = _PREFIXES.get(space.casefold()) if found else ""
    return f"?{name}" if prefix is None else f"{prefix}{name}"
