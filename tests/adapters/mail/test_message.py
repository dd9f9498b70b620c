"""How a mail looks, and what cannot get into it."""

import email
import re
from email.policy import default

import pytest

from antiphon.adapters.mail.message import address_of
from tests.adapters.mail.letters import ADDRESS, letter, mail
from tests.services.mail import page_of, text_of

BREAKS = [
    "\r\nBcc: eve@example.org",
    "\nBcc: eve@example.org",
    "\r\n\r\nbody",
    "\rX: y",
    "\x0bX: y",
    "\x85X: y",
    "\u2028X: y",
    "\0",
]


def test_a_mail_says_the_same_as_text_and_as_a_page() -> None:
    found = mail()
    assert found["To"] == "ada@example.org"
    assert found["From"] == "Antiphon <music@example.org>"
    assert found["Subject"] == "Set a new password"
    for part in (text_of(found), page_of(found)):
        for words in ("Hello ada,", "somebody asked", f"{ADDRESS}/app/reset?token=secret", "Good for an hour."):
            assert words in part


def test_links_stand_whole_on_one_line_of_what_is_sent() -> None:
    link = f"{ADDRESS}/app/reset?token={'x' * 43}"
    assert link in bytes(mail(link=link)).decode("ascii").split("text/html")[0]


def test_a_page_brings_nothing_from_elsewhere_and_runs_nothing() -> None:
    page = page_of(mail()).lower()
    assert not re.search(r"<(?:img|script|link|iframe|form)|url\(|@import|\bon\w+=", page)
    assert "prefers-color-scheme: dark" in page
    assert set(re.findall(r'href="([^"]*)"', page)) == {ADDRESS, f"{ADDRESS}/app/reset?token=secret"}


def test_what_people_call_themselves_is_text() -> None:
    page = page_of(
        mail(lines=("Hello <img src=x onerror=alert(1)>,",), closing=("<b>& more</b>",), subject="<i>hi</i>")
    )
    for tag in ("<img", "<b>", "<i>"):
        assert tag not in page
    assert "&lt;b&gt;&amp; more&lt;/b&gt;" in page


@pytest.mark.parametrize("bad", BREAKS, ids=range(len(BREAKS)))
def test_nobody_adds_headers(bad: str) -> None:
    with pytest.raises(ValueError, match="address"):
        mail(to=f"ada@example.org{bad}")
    with pytest.raises(ValueError, match="address"):
        mail(to=f"ada{bad}@example.org")
    sent = email.message_from_bytes(bytes(mail(subject=f"Hello{bad}")), policy=default)
    assert sorted(sent.keys()) == sorted(mail().keys())
    assert sent["To"] == "ada@example.org"


@pytest.mark.parametrize("bad", ["", "ada", "@example.org", "ada@", "a b@example.org"])
def test_what_is_no_address_gets_no_mail(bad: str) -> None:
    with pytest.raises(ValueError, match="address"):
        mail(to=bad)


def test_a_mail_that_is_sent_twice_is_known_by_its_id() -> None:
    assert mail("a")["Message-ID"] == mail("a")["Message-ID"]
    assert mail("a")["Message-ID"] != mail("b")["Message-ID"]
    assert re.fullmatch(r"<[0-9a-f]{40}@example\.org>", mail("a")["Message-ID"])


def test_domains_in_other_letters_go_to_that_domain_and_no_other() -> None:
    assert address_of("ada@müller.example").domain == "xn--mller-kva.example"
    assert address_of("ada@straße.example").domain == "straße.example"


def test_long_lines_and_other_letters_arrive_as_they_are() -> None:
    lines = ("Борис " * 400, "x" * 3000)
    sent = email.message_from_bytes(bytes(mail(lines=lines)), policy=default)
    assert max(len(line) for line in bytes(mail(lines=lines)).splitlines()) <= 998
    assert "x" * 3000 in text_of(sent)
    assert letter(lines=lines).lines[0].strip() in text_of(sent)
