"""Which captures are fetched: the earliest of each text, Common Crawl's first; the others are sightings."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

import pytest

from crawler.registry.entries import Portal
from crawler.rescue.choose import Choice, article_like, bound, choose
from storage.holdings.records import Held, Row, State

PAGE = "http://kimboi.vn/tin/dong-bao-muong-don-tet-nhay-lua.html"
_IDS = count(1)


def held(stamp: str, digest: str = "A", *, url: str = PAGE, source: str = "wayback", **more: Any) -> Held:
    state, tries = more.pop("state", State.LISTED), more.pop("tries", 0)
    row = Row(source, url, url, stamp, **({"mime": "text/html", "status": 200, "digest": digest} | more))
    return Held(next(_IDS), "hoa-binh.kim-boi", "http://kimboi.vn", row, state, "", tries)


def chosen(*rows: Held, end: str | None = None, since: str = "") -> Choice:
    return choose(sorted(rows, key=lambda one: (one.row.url_id, one.row.stamp)), lambda url: True, end, since)


def states(choice: Choice, *rows: Held) -> list[str]:
    return [str(choice.states[one.id]) for one in rows]


def test_the_earliest_of_each_text_is_fetched_oldest_first() -> None:
    rows = (
        held("20190101000000"),
        held("20200101000000"),
        held("20180101000000", "B"),
        held("20210101000000", "B"),
    )
    choice = chosen(*rows)
    assert choice.wanted == [rows[2], rows[0]]
    assert states(choice, *rows) == ["wanted", "sighting", "wanted", "sighting"]


def test_a_revisit_is_a_sighting_and_without_original_it_is_asked_for() -> None:
    first, again = held("20190101000000"), held("20200101000000", status=None, mime="warc/revisit")
    assert states(chosen(first, again), first, again) == ["wanted", "sighting"]
    alone = held("20200101000000", "Z", status=None, mime="warc/revisit")
    assert chosen(alone).wanted == [alone]


def test_common_crawl_comes_first_unless_its_record_was_cut() -> None:
    replay, record = held("20180101000000"), held("20190101000000", source="commoncrawl")
    assert chosen(replay, record).wanted == [record]
    cut = held("20190101000000", source="commoncrawl", truncated="length")
    assert chosen(replay, cut).wanted == [replay]


def test_what_is_held_is_not_fetched_again() -> None:
    done, later = held("20190101000000", state=State.HELD), held("20200101000000")
    choice = chosen(done, later)
    assert choice.wanted == []
    assert states(choice, done, later) == ["held", "sighting"]


def test_another_capture_stands_in_for_one_that_cannot_be_played() -> None:
    broken, later = held("20190101000000", state=State.UNPLAYABLE), held("20200101000000")
    assert chosen(broken, later).wanted == [later]
    tired = held("20190101000000", tries=3)
    assert states(chosen(tired), tired) == ["unplayable"]


def test_captures_after_the_end_are_counted_and_not_fetched() -> None:
    own, foreign = held("20250601000000"), held("20250901000000", "NHA-CAI")
    choice = chosen(own, foreign, end="20250630165959")
    assert choice.wanted == [own]
    assert states(choice, own, foreign) == ["wanted", "after_end"]


def test_days_that_were_not_asked_for_are_left_for_another_time() -> None:
    early, late = held("20150101000000"), held("20220101000000", "B")
    choice = chosen(early, late, since="20200101000000")
    assert choice.wanted == [late]
    assert (states(choice, early), choice.outside) == (["listed"], 1)


def test_errors_tell_that_a_page_was_gone_and_other_files_nothing() -> None:
    missing, gone = held("20200101000000", status=404), held("20210101000000", status=410)
    picture = held("20200101000000", url="http://kimboi.vn/a.jpg", mime="image/jpeg")
    busy = held("20200102000000", status=503)
    choice = chosen(missing, gone, picture, busy)
    assert choice.wanted == []
    assert states(choice, missing, gone, picture, busy) == ["gone", "gone", "other", "other"]


def test_a_redirect_is_asked_for_where_the_page_was_never_seen_again() -> None:
    to_https, page = held("20190101000000", "R", status=301), held("20190101000001")
    home = held("20230101000000", "H", status=302)
    again = held("20230201000000", "H", status=302)
    choice = chosen(to_https, page, home, again)
    assert choice.wanted == [page, home]
    assert states(choice, to_https, again) == ["other", "other"]
    lone = held("20190101000000", "R", url="http://kimboi.vn/x-y-z-t-u", status=301)
    assert chosen(lone).wanted == []


@pytest.mark.parametrize(
    ("url", "like"),
    [
        ("http://kimboi.vn/tin-tuc/dong-bao-muong-don-tet-nhay-lua-12345", True),
        ("http://kimboi.vn/Default.aspx?tabid=12&newsid=3456", True),
        ("http://kimboi.vn/", False),
        ("http://kimboi.vn/trang-chu", False),
        ("http://kimboi.vn/tin-tuc", False),
        ("http://kimboi.vn/tin-tuc?page=2", False),
        ("http://kimboi.vn/upload/van-ban-cua-uy-ban-nhan-dan.pdf", False),
        ("http://kimboi.vn/print/dong-bao-muong-don-tet-nhay-lua-12345", False),
        ("http://kimboi.vn/tag/le-hoi", False),
        ("mailto:x", False),
    ],
)
def test_pages_are_told_by_their_address(url: str, like: bool) -> None:
    assert article_like(Portal(url="http://kimboi.vn", family="generic"), url) is like


def test_the_pattern_of_the_registry_and_its_sections_count() -> None:
    portal = Portal(
        url="http://kimboi.vn",
        family="generic",
        article=r"/bv/\d+$",
        sections=("/tin-tuc-cua-huyen-va-cac-xa",),
    )
    assert article_like(portal, "http://kimboi.vn/bv/7")
    assert not article_like(portal, "http://kimboi.vn/tin-tuc-cua-huyen-va-cac-xa")


def test_the_last_day_of_a_portal_ends_in_vietnam() -> None:
    portal = Portal(url="http://kimboi.vn", family="generic", until=date(2025, 6, 30))
    assert bound(portal) == "20250630165959"
    assert bound(portal, "20240101000000") == "20240101000000"
    assert bound(Portal(url="http://kimboi.vn", family="generic")) is None


def test_nothing_of_a_hijacked_portal_is_fetched_without_its_last_day() -> None:
    portal = Portal(url="http://kimboi.vn", family="generic", status="hijacked")
    page = held("20190101000000")
    assert chosen(page, end=bound(portal)).wanted == []
    assert bound(portal, "20240101000000") == "20240101000000"
