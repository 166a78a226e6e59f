"""What sitemaps say of changes, and which of it is believed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crawler.discover.lastmod import credible, span
from crawler.discover.links import Link
from crawler.discover.sitemaps import fresh, in_turn
from storage.records import Known

NOW = datetime(2023, 10, 26, 18, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("printed", "first", "last"),
    [
        ("2023-10-26T07:30:00Z", utc(2023, 10, 26, 7, 30), utc(2023, 10, 26, 7, 30, 1)),
        ("2023-10-26T07:30:00+07:00", utc(2023, 10, 26, 0, 30), utc(2023, 10, 26, 0, 30, 1)),
        ("2023-10-26 07:30:00", utc(2023, 10, 26, 0, 30), utc(2023, 10, 26, 0, 30, 1)),
        ("Thu, 26 Oct 2023 07:30:00 +0000", utc(2023, 10, 26, 7, 30), utc(2023, 10, 26, 7, 30, 1)),
        ("2023-10-26", utc(2023, 10, 25, 17), utc(2023, 10, 26, 17)),
        ("2023-12", utc(2023, 11, 30, 17), utc(2023, 12, 31, 17)),
        ("2023", utc(2022, 12, 31, 17), utc(2023, 12, 31, 17)),
    ],
)
def test_a_moment_is_as_precise_as_it_is_printed(printed: str, first: datetime, last: datetime) -> None:
    assert span(printed) == (first, last)


@pytest.mark.parametrize(
    "printed", ["", "hôm qua", "2023-13", "0000", "9999", "26/10/2023", "2023-10-26T25:00"]
)
def test_what_is_no_date_tells_nothing(printed: str) -> None:
    assert span(printed) is None


def links(*moments: datetime | str) -> list[Link]:
    return [Link(f"https://p.test/{n}", modified=str(one)) for n, one in enumerate(moments)]


def test_entries_that_differ_are_believed_but_for_those_in_the_future() -> None:
    told = credible(links(NOW - 99 * HOUR, NOW - 5 * HOUR, NOW - 2 * HOUR, NOW + HOUR), NOW)
    assert sorted(told) == ["https://p.test/0", "https://p.test/1", "https://p.test/2"]


@pytest.mark.parametrize("step", [timedelta(0), timedelta(seconds=1)])
def test_a_stamp_on_most_entries_tells_nothing_and_an_edit_beside_it_does(step: timedelta) -> None:
    stamps = [NOW - 9 * HOUR + n * step for n in range(200)]
    assert credible(links(*stamps), NOW) == {}
    assert list(credible(links(*stamps, NOW - HOUR), NOW)) == ["https://p.test/200"]
    assert list(credible(links(NOW - 50 * HOUR, *stamps), NOW)) == ["https://p.test/0"]


def test_one_entry_is_no_crowd() -> None:
    assert list(credible(links("2023-10-20"), NOW)) == ["https://p.test/0"]


def known(url: str, read: datetime | None, answered: bool = True) -> Known:
    at = read or NOW
    return Known(url, "", at, fetched_at=at if answered else None)


def test_sitemaps_take_turns_and_one_that_never_answered_has_none() -> None:
    urls = [
        "https://p.test/new.xml",
        "https://p.test/a.xml",
        "https://p.test/b.xml",
        "https://p.test/404.xml",
    ]
    held = {
        urls[1]: known(urls[1], NOW - HOUR),
        urls[2]: known(urls[2], NOW - 2 * HOUR),
        urls[3]: known(urls[3], NOW - 9 * HOUR, answered=False),
    }
    assert [url for url, _ in in_turn(urls, held)] == [urls[2], urls[1]]


def test_of_an_index_is_read_what_changed_since_the_latest_first_and_what_is_new() -> None:
    index = [
        Link("https://p.test/old.xml", modified=str(NOW - 50 * HOUR)),
        Link("https://p.test/edited.xml", modified=str(NOW - 5 * HOUR)),
        Link("https://p.test/latest.xml", modified=str(NOW - 2 * HOUR)),
        Link("https://p.test/silent.xml"),
        Link("https://p.test/new.xml"),
    ]
    held = {link.url: known(link.url, NOW - 20 * HOUR) for link in index[:4]}
    names = [url.rpartition("/")[2] for url, _ in fresh(index, held, NOW)]
    assert names == ["new.xml", "latest.xml", "edited.xml"]


def test_an_index_stamped_when_it_is_asked_for_leads_to_nothing() -> None:
    index = [Link(f"https://p.test/{n}.xml", modified=str(NOW)) for n in range(5)]
    assert fresh(index, {link.url: known(link.url, NOW - 20 * HOUR) for link in index}, NOW) == []
