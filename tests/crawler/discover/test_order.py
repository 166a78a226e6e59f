"""What the pages of a listing say of its order, and what is remembered of it."""

from __future__ import annotations

import json
from collections.abc import Iterable

import pytest

from crawler.discover.order import MAX_FRONT, ORDER, Order, Shown, remembered


def _shown(days: Iterable[str], per: int = 5) -> tuple[Shown, dict[str, str]]:
    """A listing of articles of these days, in this order."""
    dated = {f"https://p.test/{n}": day for n, day in enumerate(days)}
    shown, urls = Shown(), list(dated)
    for number, begin in enumerate(range(0, len(urls), per), 1):
        shown.add(number, f"https://p.test/tin?trang={number}", urls[begin : begin + per])
    return shown, dated


FALLING = [
    f"2024-{month:02}-{day:02}T08:00:00+07:00" for month in range(9, 6, -1) for day in (28, 21, 14, 9, 2)
]


@pytest.mark.parametrize(
    ("days", "front", "mixed"),
    [
        (FALLING, 1, False),
        (FALLING[::-1], 1, True),  # the oldest first
        (sorted(FALLING, key=lambda day: day[8:]), 1, True),  # by something else
        (["2019-01-0" + str(n) for n in (3, 5, 4, 2, 1)] + FALLING, 2, False),  # a page of pinned ones
        (["2019-01-0" + str(n) for n in range(9, 4, -1)] * 2 + FALLING, 3, False),
        ([FALLING[9], *FALLING[:9], *FALLING[10:]], 1, False),  # one pinned
        (["2024-05-05"] * 15, 1, True),  # one day tells nothing
        ([""] * 15, 1, True),
    ],
)
def test_the_order_of_a_listing_is_told_by_the_days_of_its_articles(
    days: list[str], front: int, mixed: bool
) -> None:
    shown, dated = _shown(days)
    order = shown.order(dated)
    assert order is not None
    assert (order.front, order.mixed) == (front, mixed)
    assert (order.last, order.url) == (len(shown.urls), f"https://p.test/tin?trang={len(shown.urls)}")


def test_a_listing_of_one_page_has_no_order_and_odd_dates_send_no_night_far() -> None:
    shown, dated = _shown(FALLING[:4])
    assert shown.order(dated) is None
    shown, dated = _shown([*["2001-01-01", "2000-01-01"] * 40, *FALLING])
    order = shown.order(dated)
    assert order is not None and (order.mixed or order.front <= MAX_FRONT)


def test_the_latest_memory_of_each_listing_counts_and_a_night_renews_the_last_page() -> None:
    old, new = Order(last=3), Order(mixed=True, last=4)
    runs = [{"a": {"links": 3}}, {"a": {ORDER: new.told()}, "b": {}}, None, {"a": {ORDER: old.told()}}]
    assert remembered(json.loads(json.dumps(runs))) == {"a": new}
    night = Shown()
    night.add(1, "x?trang=1", ["u1"])
    assert night.later(new) == new, "it did not come so far"
    night.add(5, "x?trang=5", ["u9"])
    assert (night.later(new).last, night.later(new).url, night.later(new).mixed) == (5, "x?trang=5", True)
