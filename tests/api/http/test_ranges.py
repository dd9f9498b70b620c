"""What of a file a request wants."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.api.http.ranges import ByteRange, Unsatisfiable, condition_fields, http_date, verdict, wanted_range

TAG = '"abc"'
CHANGED = 1_700_000_000.75
DATE = http_date(CHANGED)


def wanted(text: str, size: int = 100, **fields: str) -> ByteRange | None:
    named = {name.replace("_", "-").encode(): value for name, value in fields.items()}
    return wanted_range({b"range": text, **named}, size, TAG, CHANGED)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("bytes=0-", (0, 99)),
        ("bytes=0-0", (0, 0)),
        ("bytes=99-", (99, 99)),
        ("bytes=10-500", (10, 99)),
        ("bytes=-1", (99, 99)),
        ("bytes=-500", (0, 99)),
        ("BYTES = 5 - 6", (5, 6)),
        ("bytes=5-4", None),
        ("bytes=-", None),
        ("bytes=", None),
        ("bytes=a-b", None),
        ("bytes=٣-٤", None),
        ("bytes=0-1,5-6", None),
        ("items=0-1", None),
        ("nonsense", None),
        ("bytes=99999999999999999999-", None),
    ],
)
def test_ranges(text: str, found: tuple[int, int] | None) -> None:
    assert wanted(text) == (None if found is None else ByteRange(*found))


@pytest.mark.parametrize(("text", "size"), [("bytes=100-", 100), ("bytes=-0", 100), ("bytes=0-", 0), ("bytes=-5", 0)])
def test_ranges_that_no_byte_is_in(text: str, size: int) -> None:
    with pytest.raises(Unsatisfiable):
        wanted(text, size)


@given(st.text(max_size=30), st.integers(0, 1000))
def test_no_text_leads_out_of_the_file(text: str, size: int) -> None:
    try:
        found = wanted(f"bytes={text}", size)
    except Unsatisfiable:
        return
    assert found is None or (0 <= found.first <= found.last < size and found.length >= 1)


def test_if_range() -> None:
    assert wanted("bytes=1-2", if_range=TAG) == ByteRange(1, 2)
    assert wanted("bytes=1-2", if_range=DATE) == ByteRange(1, 2)
    for other in ('"other"', f"W/{TAG}", http_date(CHANGED + 1), http_date(CHANGED - 1), "nonsense"):
        assert wanted("bytes=1-2", if_range=other) is None


@pytest.mark.parametrize(
    ("fields", "decided"),
    [
        ({}, "send"),
        ({b"if-none-match": TAG}, "not_modified"),
        ({b"if-none-match": f'"x", W/{TAG}'}, "not_modified"),
        ({b"if-none-match": "*"}, "not_modified"),
        ({b"if-none-match": '"x"'}, "send"),
        ({b"if-none-match": '"x"', b"if-modified-since": DATE}, "send"),
        ({b"if-modified-since": DATE}, "not_modified"),
        ({b"if-modified-since": http_date(CHANGED - 1)}, "send"),
        ({b"if-modified-since": "nonsense"}, "send"),
        ({b"if-match": TAG}, "send"),
        ({b"if-match": "*"}, "send"),
        ({b"if-match": '"x"'}, "failed"),
        ({b"if-match": f"W/{TAG}"}, "failed"),
        ({b"if-unmodified-since": DATE}, "send"),
        ({b"if-unmodified-since": http_date(CHANGED - 1)}, "failed"),
    ],
)
def test_conditions(fields: dict[bytes, str], decided: str) -> None:
    assert verdict(fields, TAG, CHANGED) == decided


def test_a_field_that_came_in_parts_is_one_list() -> None:
    headers = [(b"if-none-match", b'"x"'), (b"accept", b"*/*"), (b"if-none-match", TAG.encode())]
    assert condition_fields(headers) == {b"if-none-match": f'"x", {TAG}'}
