"""Ids, pages, moments and refusals: small rules that every dialect leans on."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from antiphon.kernel.clock import date_of, iso
from antiphon.kernel.errors import (
    AntiphonError,
    Kind,
    forbidden,
    invalid,
    not_found,
    not_signed_in,
    unavailable,
)
from antiphon.kernel.ids import new_opaque_id, parse_id
from antiphon.kernel.paging import DEFAULT_LIMIT, MAXIMUM_LIMIT, Page, parse_page
from antiphon.kernel.principal import ANONYMOUS, SYSTEM, Principal

LARGEST_ID = 10**18 - 1


@given(st.integers(1, LARGEST_ID))
def test_an_id_is_read_back_from_how_it_is_written(number: int) -> None:
    assert parse_id(str(number)) == number


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "-1",
        "+1",
        "01",
        " 1",
        "1 ",
        "1\n",
        "1.0",
        "1e3",
        "0x1",
        "1_000",
        "١",
        "１",
        str(LARGEST_ID + 1),
        "1" * 500,
    ],
)
def test_what_is_no_id_is_none(text: str) -> None:
    assert parse_id(text) is None


@given(st.text())
def test_an_id_always_fits_the_databases(text: str) -> None:
    number = parse_id(text)
    assert number is None or (0 < number < 2**63 and str(number) == text)


def test_opaque_ids_are_long_random_and_named() -> None:
    made = {new_opaque_id("job") for _ in range(1000)}
    assert len(made) == 1000
    for opaque in made:
        assert re.fullmatch(r"job_[A-Za-z0-9_-]{22}", opaque)


@given(st.integers(0, 10**18 - 1), st.integers(0, 10**18 - 1))
def test_a_page_is_what_was_asked_for_up_to_the_ceiling(limit: int, offset: int) -> None:
    assert parse_page(str(limit), str(offset)) == Page(min(limit, MAXIMUM_LIMIT), offset)


@pytest.mark.parametrize("unsaid", [None, ""])
def test_a_page_that_is_not_asked_for_is_the_first(unsaid: str | None) -> None:
    assert parse_page(unsaid, unsaid) == Page(DEFAULT_LIMIT, 0) == Page(50, 0)
    assert parse_page(unsaid, unsaid, default=20) == Page(20, 0)


@pytest.mark.parametrize("bad", ["-1", "+1", "ten", "1.5", " 1", "1 ", "٣", "²", "1e2", "0x10", "9" * 19, "\0"])
def test_a_page_value_that_is_negative_or_no_number_is_refused_by_field(bad: str) -> None:
    for name, values in (("limit", (bad, "0")), ("offset", ("0", bad))):
        with pytest.raises(AntiphonError) as refused:
            parse_page(*values)
        assert refused.value.kind is Kind.INVALID
        assert list(refused.value.fields) == [name]


@given(st.none() | st.text(), st.none() | st.text())
def test_whatever_is_asked_for_is_a_page_or_refused_by_field(limit: str | None, offset: str | None) -> None:
    try:
        page = parse_page(limit, offset)
    except AntiphonError as error:
        assert error.kind is Kind.INVALID
        assert set(error.fields) <= {"limit", "offset"}
    else:
        assert 0 <= page.limit <= MAXIMUM_LIMIT
        assert 0 <= page.offset < 2**63


def test_a_moment_is_written_in_utc_to_the_millisecond() -> None:
    assert iso(1_795_255_200.0) == "2026-11-21T10:00:00.000Z"
    assert iso(0.0) == "1970-01-01T00:00:00.000Z"
    assert iso(1_795_255_199.9999999) == "2026-11-21T10:00:00.000Z"
    assert iso(None) is None


@given(st.floats())
@example(253_402_300_800.0)
@example(253_402_300_799.9999999)
def test_any_number_is_told_as_some_date(seconds: float) -> None:
    told = date_of(seconds)
    assert 1 <= told.year <= 9999
    assert iso(seconds) == f"{told.isoformat(timespec='milliseconds').removesuffix('+00:00')}Z"


@given(st.floats(-10_000_000_000, 100_000_000_000))
@example(0.9999999)
@example(-0.0005)
@example(-62_000_000_000.5)
def test_a_written_moment_is_off_by_less_than_a_millisecond(seconds: float) -> None:
    text = iso(seconds)
    assert text is not None
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", text)
    difference = datetime.fromisoformat(text) - (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds))
    assert abs(difference.total_seconds()) < 0.001 + 2e-6


@given(st.lists(st.floats(0, 4_000_000_000), min_size=2))
def test_written_moments_keep_their_order(moments: list[float]) -> None:
    written = [iso(seconds) or "" for seconds in sorted(moments)]
    assert written == sorted(written)


def test_errors_have_a_kind_a_stable_code_and_a_sentence() -> None:
    made = {
        not_found("music_folder"): (Kind.NOT_FOUND, "music_folder_not_found", "There is no such music folder."),
        forbidden("Not this."): (Kind.FORBIDDEN, "forbidden", "Not this."),
        forbidden("Not this.", "owner_only"): (Kind.FORBIDDEN, "owner_only", "Not this."),
        not_signed_in(): (Kind.NOT_SIGNED_IN, "not_signed_in", "Sign in first."),
        unavailable("asleep", "It sleeps."): (Kind.UNAVAILABLE, "asleep", "It sleeps."),
    }
    for error, told in made.items():
        assert (error.kind, error.code, error.message) == told
        assert str(error) == error.message
        assert error.fields == {}
    assert unavailable("asleep", "It sleeps.").retry_after == 5.0
    assert not_signed_in().retry_after is None


def test_bad_values_are_told_by_field() -> None:
    error = invalid(title="A title is needed.", year="This is no year.")
    assert error.kind is Kind.INVALID
    assert error.fields == {"title": ["A title is needed."], "year": ["This is no year."]}
    assert error.message == "title: A title is needed. year: This is no year."


def test_kinds_are_told_apart_by_their_names() -> None:
    assert len({kind.value for kind in Kind}) == len(Kind)
    assert all(kind.value == kind.name.lower() for kind in Kind)


def test_an_admin_uses_admin_rights_only_within_the_scopes_of_a_key() -> None:
    person = Principal(user_id=1, username="ada", roles=frozenset({"admin", "user"}))
    assert person.is_admin
    for scopes, is_admin in ((None, True), ({"read", "admin"}, True), ({"read", "write"}, False), (set(), False)):
        held = None if scopes is None else frozenset(scopes)
        key = Principal(user_id=1, username="ada", roles=person.roles, via="api_key", scopes=held)
        assert key.is_admin is is_admin
    assert not Principal(user_id=2, username="bob", roles=frozenset({"user"}), scopes=frozenset({"admin"})).is_admin


def test_nobody_is_anonymous_and_the_server_itself_is_admin() -> None:
    assert ANONYMOUS.is_anonymous
    assert not ANONYMOUS.is_admin
    assert ANONYMOUS.roles == frozenset()
    assert SYSTEM.is_admin
    assert not Principal(user_id=1, username="ada", roles=frozenset()).is_anonymous
