"""Several values in one text, numbers, positions and dates."""

from __future__ import annotations

import datetime
import time

import pytest
from hypothesis import given
from hypothesis import strategies as some

from antiphon.adapters.media.tags import fields, values
from antiphon.adapters.media.tags import text as text_limits

NAMES = some.text(alphabet="abcdefghijklmnopqrstuvwxyz ", min_size=1, max_size=12).map(str.strip).filter(bool)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Ann", ["Ann"]),
        ("Ann; Bob", ["Ann", "Bob"]),
        ("Ann / Bob", ["Ann", "Bob"]),
        ("Ann\x00Bob\x00", ["Ann", "Bob"]),
        ("Ann/Bob", ["Ann/Bob"]),
        ("AC/DC; Ann", ["AC/DC", "Ann"]),
        ("We;Na", ["We;Na"]),
        ("LOONA / yyxy", ["LOONA / yyxy"]),
        (" ; ", []),
    ],
)
def test_lists(text: str, names: list[str]) -> None:
    assert values.split_list(text) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Ann/Bob/Cy", ["Ann", "Bob", "Cy"]),
        ("AC/DC", ["AC/DC"]),
        ("ac/dc/Queen", ["ac/dc", "Queen"]),
        ("Ann/M/A/R/R/S", ["Ann", "M/A/R/R/S"]),
        ("22/7/K/DA", ["22/7", "K/DA"]),
        ("MAC/DCX", ["MAC", "DCX"]),
        ("/Ann//Bob/", ["Ann", "Bob"]),
    ],
)
def test_lists_where_a_slash_separates(text: str, names: list[str]) -> None:
    assert values.split_list(text, slash=True) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Ann feat. Bob", ["Ann", "Bob"]),
        ("Ann ft. Bob & Cy", ["Ann", "Bob", "Cy"]),
        ("Ann (feat. Bob, Cy & Di)", ["Ann", "Bob", "Cy", "Di"]),
        ("Ann [Featuring Bob]", ["Ann", "Bob"]),
        ("Ann ft Bob", ["Ann", "Bob"]),
        ("Ann feat. Simon & Garfunkel", ["Ann", "Simon & Garfunkel"]),
        ("Ann feat. Tyler, The Creator", ["Ann", "Tyler, The Creator"]),
        ("Ann feat. Kool & The Gang", ["Ann", "Kool & The Gang"]),
        ("Ann & Bob", ["Ann & Bob"]),
        ("Leftfield", ["Leftfield"]),
        ("Daft Punk", ["Daft Punk"]),
        ("Little Feat", ["Little Feat"]),
        ("feat. Bob", ["feat. Bob"]),
    ],
)
def test_guests(text: str, names: list[str]) -> None:
    assert values.split_guests(text) == names


@given(some.lists(NAMES, min_size=1, max_size=8), some.sampled_from(["; ", " / ", "\x00"]))
def test_joined_names_come_apart_again(names: list[str], separator: str) -> None:
    assert values.split_list(separator.join(names)) == names


@given(some.text(), some.booleans())
def test_no_text_breaks_the_splitting(text: str, slash: bool) -> None:
    parts = values.split_list(text, slash)
    if not any(mark in text for mark in "\x00;/"):
        assert parts == [text]
    assert sum(len(part) for part in parts) <= len(text)
    for part in parts:
        assert part in text
        assert all(guest in part for guest in values.split_guests(part))


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("1997", "1997"),
        ("1997-06", "1997-06"),
        ("1997-06-16", "1997-06-16"),
        ("1997-06-16T12:34:56Z", "1997-06-16"),
        ("1997-06-16 12:34", "1997-06-16"),
        ("19970616", "1997-06-16"),
        ("1997/6/1", "1997-06-01"),
        ("1997.06.16", "1997-06-16"),
        ("16.06.1997", "1997-06-16"),
        ("1997-00-00", "1997"),
        ("1997-06-00", "1997-06"),
        ("1997-13-01", "1997"),
        ("1997-02-30", "1997-02"),
        (" 1997 (remaster)", "1997"),
        ("0000", None),
        ("", None),
        ("97", None),
        ("the nineties", None),
        ("199712345", None),
    ],
)
def test_dates(text: str, date: str | None) -> None:
    assert values.parse_date(text) == date


@given(some.dates(min_value=datetime.date(1000, 1, 1)))
def test_whole_dates_are_kept(date: datetime.date) -> None:
    assert values.parse_date(date.isoformat()) == date.isoformat()
    assert values.parse_date(date.strftime("%Y%m%d")) == date.isoformat()
    assert values.parse_date(date.strftime("%d.%m.%Y")) == date.isoformat()


@given(some.text(alphabet="0123456789-./: T", max_size=20))
def test_a_date_is_never_an_impossible_one(text: str) -> None:
    date = values.parse_date(text)
    if date is None:
        return
    assert date[:4] in text
    assert len(date) in (4, 7, 10)
    year, month, day = (int(part) for part in (date + "-01-01")[:10].split("-"))
    assert year > 0
    assert 1 <= month <= 12
    assert 1 <= day <= 31


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("3", (3, None)),
        ("03/12", (3, 12)),
        ("3 of 12", (3, 12)),
        ("0/0", (None, None)),
        ("0/12", (None, 12)),
        ("A1", (None, None)),
        ("", (None, None)),
        ("99999999999", (None, None)),
    ],
)
def test_positions(text: str, position: tuple[int | None, int | None]) -> None:
    assert values.parse_position(text) == position


@pytest.mark.parametrize(
    ("text", "gain"),
    [("-6.54 dB", -6.54), ("+1,25 dB", 1.25), ("0", 0.0), ("-999 dB", None), ("NaN", None), ("", None), ("loud", None)],
)
def test_gains(text: str, gain: float | None) -> None:
    assert values.parse_gain(text) == gain


@pytest.mark.parametrize(("text", "gain"), [("-256", 4.0), ("0", 5.0), ("-1792", -2.0), ("999999", None), ("x", None)])
def test_gains_of_opus(text: str, gain: float | None) -> None:
    assert values.parse_r128_gain(text) == gain


def test_peaks_and_tempi() -> None:
    assert [values.parse_peak(text) for text in ("0.98", "1.2", "-1", "1e9", "")] == [0.98, 1.2, None, 1.0, None]
    assert [values.parse_tempo(text) for text in ("120", "127.5", "0", "9999", "fast")] == [
        120,
        127.5,
        None,
        None,
        None,
    ]


def test_values_are_unique_and_bounded() -> None:
    assert values.unique(["a", "", "b", "a"]) == ("a", "b")
    assert values.unique([""]) == ()
    assert len(values.unique([str(number) for number in range(10_000)])) == values.VALUES_LIMIT


@pytest.mark.parametrize(
    "text",
    [
        "Rock; a" + " " * 400_000 + "x",
        "Rock; " + "K/DA; AC/DC; " * 30_000,
        "Ann" + " " * 400_000 + "feat. Bob",
        "Ann feat." + " " * 400_000 + "(",
        "Ann" + " feat. Bob" * 40_000 + "(",
        "Ann feat. Bob" + " & the Cys" * 40_000 + "\nDi",
        "Ann feat. Bob" + " ," * 200_000,
    ],
)
def test_hostile_texts_take_no_time(text: str) -> None:
    started = time.process_time()
    fields.listed([text] * 10, slash=False)
    fields.listed([text] * 10, slash=True)
    values.split_guests(text[: text_limits.LINE_LIMIT])
    assert time.process_time() - started < 1


def test_one_long_value_takes_nothing_from_the_others() -> None:
    assert fields.listed(["Rock; " + "x" * 400_000, "Pop"], slash=False) == ("Rock", "x" * 9_994, "Pop")
    assert fields.set_apart(["Ann", "x" * 400_000, "Bob"]) == ("Ann", "x" * 10_000, "Bob")
