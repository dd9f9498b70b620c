"""Feeds of strangers: what they tell is read, and what they try is refused."""

import pytest

from antiphon.adapters.feeds import dates
from antiphon.adapters.feeds.parsing import DEEPEST, MOST_EPISODES, parse
from antiphon.adapters.feeds.text import plain
from antiphon.areas.broadcasts.data.podcasts import Feed
from antiphon.kernel.errors import AntiphonError, Kind
from tests.feeds import item, rss

ADDRESS = "https://feeds.example/show/feed.xml"


def read(text: str | bytes) -> Feed:
    """The feed in a text."""
    return parse(text.encode() if isinstance(text, str) else text, ADDRESS)


def refusal(text: str | bytes) -> str:
    """Why a text is no feed."""
    with pytest.raises(AntiphonError) as caught:
        read(text)
    assert (caught.value.kind, caught.value.code) == (Kind.UNREADABLE, "no_feed")
    return caught.value.message


def test_rss_with_the_words_of_itunes() -> None:
    feed = read(
        rss(
            item(
                "<b>First</b> &amp; best".replace("<b>", "").replace("</b>", ""),
                guid="one",
                published="Sat, 21 Nov 2026 10:00:00 +0100",
                more="<itunes:duration>1:02:03</itunes:duration>",
                length=12345,
            ),
            title="The Show",
            more="<description>About &lt;i&gt;things&lt;/i&gt;</description><link>https://show.example/</link>"
            "<itunes:image href='cover.jpg'/><image><url>other.jpg</url><title>No title</title></image>",
        )
    )
    assert (feed.title, feed.description, feed.homepage_url) == ("The Show", "About things", "https://show.example/")
    assert feed.image_url == "https://feeds.example/show/cover.jpg"
    [episode] = feed.episodes
    assert (episode.title, episode.guid, episode.duration, episode.size) == ("First & best", "one", 3723.0, 12345)
    assert (episode.audio_url, episode.content_type) == ("https://feeds.example/show/one.mp3", "audio/mpeg")
    assert episode.published_at == 1795251600.0


def test_atom() -> None:
    feed = read(
        """<feed xmlns="http://www.w3.org/2005/Atom"><title>Atoms</title><subtitle>Small</subtitle>
        <link rel="self" href="/feed"/><link href="https://atoms.example/"/><logo>/logo.png</logo>
        <entry><id>urn:1</id><title>One</title><published>2026-11-21T09:00:00Z</published><summary>S</summary>
        <link href="https://atoms.example/1"/><link rel="enclosure" type="audio/ogg" href="/1.ogg" length="7"/></entry>
        <entry><id>urn:2</id><title>No sound</title></entry></feed>"""
    )
    assert (feed.title, feed.description, feed.homepage_url) == ("Atoms", "Small", "https://atoms.example/")
    assert feed.image_url == "https://feeds.example/logo.png"
    [episode] = feed.episodes
    assert (episode.guid, episode.audio_url, episode.size) == ("urn:1", "https://feeds.example/1.ogg", 7)
    assert (episode.published_at, episode.description) == (1795251600.0, "S")


def test_only_audio_of_the_web_makes_an_episode() -> None:
    feed = read(
        rss(
            item("film", type="video/mp4"),
            item("page", type="text/html"),
            item("local", url="file:///etc/passwd"),
            item("script", url="javascript:alert(1)"),
            item("untyped", type="", url="https://a.example/x.MP3?token=1"),
            item("unknown", type="application/octet-stream", url="https://a.example/x.exe"),
            "<item><title>words alone</title></item>",
        )
    )
    assert [one.title for one in feed.episodes] == ["untyped"]


def test_of_many_episodes_the_newest_are_kept() -> None:
    days = [f"{1 + day % 28:02d} Jan {2000 + day // 28} 00:00:00 GMT" for day in range(560)]
    many = [item(f"old {number}", guid=f"o{number}", published="1 Jan 1999 00:00:00 GMT") for number in range(9_440)]
    feed = read(rss(*many, *(item(day, guid=day, published=day) for day in days)))
    assert [one.title for one in feed.episodes] == days[::-1][:MOST_EPISODES]


def test_what_stands_twice_counts_once() -> None:
    assert [one.title for one in read(rss(item("a", guid="x"), item("b", guid="x"))).episodes] == ["a"]


def test_other_encodings() -> None:
    text = rss(item("Größe"), title="Überfluß")
    for encoding in ("iso-8859-1", "utf-16", "windows-1252"):
        declared = f'<?xml version="1.0" encoding="{encoding}"?>{text}'.encode(encoding)
        assert read(declared).title == "Überfluß"
    assert "well-formed" in refusal(b'<?xml version="1.0" encoding="no-such"?><rss/>')


LAUGHS = """<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><rss><channel><title>&c;</title></channel></rss>"""
OUTSIDE = """<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><title>&x;</title></channel></rss>"""


@pytest.mark.parametrize("text", [LAUGHS, OUTSIDE, '<!DOCTYPE rss SYSTEM "http://127.0.0.1/x.dtd"><rss/>'])
def test_nothing_is_expanded_or_fetched(text: str) -> None:
    assert "document type" in refusal(text)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "well-formed"),
        ("hello", "well-formed"),
        ("{}", "well-formed"),
        (rss(item("a"))[:-20], "well-formed"),
        ("<rss><channel>&unknown;</channel></rss>", "well-formed"),
        ("<!DOCTYPE html><html></html>", "web page"),
        ("<html><body>Not found</body></html>", "neither RSS nor Atom"),
        ("<rss>" + "<a>" * DEEPEST + "</a>" * DEEPEST + "</rss>", "deeper"),
        (b"\xff\xfb" + bytes(100), "well-formed"),
    ],
)
def test_what_is_no_feed(text: str | bytes, word: str) -> None:
    assert word in refusal(text)


def test_an_endless_number_of_elements_is_no_feed() -> None:
    assert "larger" in refusal("<rss><channel>" + "<a/>" * 500_001 + "</channel></rss>")


def test_texts_are_short_and_plain() -> None:
    feed = read(rss(item("x" * 100_000, guid="x", more="<description>" + "y" * 100_000 + "</description>")))
    assert (len(feed.episodes[0].title), len(feed.episodes[0].description)) == (500, 10_000)
    assert plain("<p>One <b>two</b></p><script>alert(1)</script><p>three &amp; four\x07</p>", 100) == (
        "One two\nthree & four"
    )
    assert plain("<scr<script>ipt>alert(1)", 100).count("<") == 0


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("Sat, 21 Nov 2026 09:00:00 GMT", 1795251600.0),
        ("2026-11-21T09:00:00", 1795251600.0),
        ("Thu, 01 Jan 1970 00:00:00 GMT", None),
        ("Thu, 01 Jan 1920 00:00:00 GMT", None),
        ("yesterday", None),
        ("", None),
        ("99999999999999", None),
    ],
)
def test_moments(text: str, seconds: float | None) -> None:
    assert dates.moment(text) == seconds


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("3723", 3723), ("62:03", 3723), ("1:02:03", 3723), ("", 0), ("1:2:3:4", 0), ("-5", 0), ("nan", 0), ("1e99", 0)],
)
def test_lengths(text: str, seconds: float) -> None:
    assert dates.length(text) == seconds


def test_sizes() -> None:
    assert [dates.size(text) for text in ("12", " 12 ", "-1", "x", "", "9" * 30)] == [12, 12, 0, 0, 0, 0]
