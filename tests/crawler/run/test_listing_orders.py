"""News are found the next night wherever a listing shows them: real crawls, of a portal for each order."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.crawler.nights import Nights, article, listing, path
from tests.crawler.site import Answer, serve

COUNT, PER = 20, 4
FIRST = date(2024, 1, 5)
Order = Callable[[list[int]], list[int]]
Pager = Callable[[int, int], str]
_LISTING = re.compile(r"/tin-tuc(?:\?trang=(\d+))?")


def _oldest_first(numbers: list[int]) -> list[int]:
    return sorted(numbers)


def _by_title(numbers: list[int]) -> list[int]:
    return sorted(numbers, key=lambda n: n * 7 % 31)


def _two_pages_pinned(numbers: list[int]) -> list[int]:
    pinned = list(range(1, 2 * PER + 1))
    return pinned + sorted(set(numbers) - set(pinned), reverse=True)


def _crawled(tmp_path: Path, order: Order, further: Pager) -> tuple[list[int], list[int]]:
    """New articles and listing pages asked on three nights: the first, a quiet one, one with two news."""
    count = [COUNT]

    def answer(asked: str, headers: dict[str, str]) -> Answer:
        if match := _LISTING.fullmatch(asked):
            page, shown = int(match[1] or 1), order(list(range(1, count[0] + 1)))
            last = -(-len(shown) // PER)
            return Answer(listing(shown[(page - 1) * PER : page * PER], further(page, last)))
        found = next((n for n in range(1, count[0] + 1) if asked == path(n)), None)
        return Answer(b"", 404) if found is None else Answer(article(found, FIRST + timedelta(days=found)))

    with serve(answer) as site:
        nights = Nights(tmp_path, site.url, 'family = "generic"\ndelay = 0\nsections = ["/tin-tuc"]')
        new, asked = [], []
        for more in (0, 0, 2):
            count[0] += more
            begun = len(site.asked)
            new.append(nights.crawl()["counts"].get("new", 0))
            asked.append(sum(bool(_LISTING.fullmatch(one)) for one, _ in site.asked[begun:]))
        return new, asked


def _numbers(page: int, last: int) -> str:
    return "".join(f"<a href='/tin-tuc?trang={n}'>{n}</a> " for n in range(1, last + 1))


def _arrow(page: int, last: int) -> str:
    return f"<a href='/tin-tuc?trang={page + 1}'>Trang sau »</a>" if page < last else ""


@pytest.mark.parametrize("further", [_numbers, _arrow])
@pytest.mark.parametrize("order", [_oldest_first, _by_title, _two_pages_pinned])
def test_news_are_found_in_any_order_and_a_quiet_night_stays_cheap(
    tmp_path: Path, order: Order, further: Pager
) -> None:
    new, asked = _crawled(tmp_path, order, further)
    assert new == [COUNT, 0, 2]
    assert asked[1] <= 3, "a quiet night looks where the news stood"


def test_a_listing_with_the_newest_first_costs_one_page(tmp_path: Path) -> None:
    new, asked = _crawled(tmp_path, lambda numbers: sorted(numbers, reverse=True), _numbers)
    assert (new, asked[1], asked[2]) == ([COUNT, 0, 2], 1, 2)


@pytest.mark.parametrize("beyond", ["the last again", "the first", "empty"])
def test_a_listing_ends_where_its_pager_does_not(tmp_path: Path, beyond: str) -> None:
    def answer(asked: str, headers: dict[str, str]) -> Answer:
        if match := _LISTING.fullmatch(asked):
            page = int(match[1] or 1)
            if page > 3 and beyond == "the first":
                return Answer(b"", 302, {"Location": "/tin-tuc"})
            at = 3 if page > 3 and beyond == "the last again" else page
            shown = list(range(12 - 4 * (at - 1), max(0, 12 - 4 * at), -1))
            return Answer(listing(shown, f"<a href='/tin-tuc?trang={page + 1}'>Cũ hơn</a>"))
        found = next((n for n in range(1, 13) if asked == path(n)), None)
        return Answer(b"", 404) if found is None else Answer(article(found, FIRST + timedelta(days=found)))

    with serve(answer) as site:
        nights = Nights(tmp_path, site.url, 'family = "generic"\ndelay = 0\nsections = ["/tin-tuc"]')
        assert nights.crawl()["counts"]["new"] == 12
        assert sum("trang=" in asked for asked in site.paths()) <= 5
