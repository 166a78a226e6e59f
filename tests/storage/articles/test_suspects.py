"""One night proves nothing: what looks gone or rewritten is held until it is seen again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from storage.articles.suspects import settle
from storage.database import Database
from storage.records import DELETED, MISSING, UNREAD, ArticleRecord, Miss
from storage.runs import runs
from storage.vocabulary import Outcome
from tests.storage.making import PORTAL, article, at, capture, keep, ref, rows

NOTICE = (
    "Hệ thống máy chủ của Cổng thông tin điện tử được bảo dưỡng từ 17 giờ.",
    "Mong bạn đọc thông cảm và quay lại sau, mã hỗ trợ của lượt truy cập này là",
)
STORIES = (
    ("Xã Thuận Sơn khánh thành trạm y tế", "Sáng 3/5, xã Thuận Sơn tổ chức lễ khánh thành trạm y tế mới."),
    (
        "Nông dân Lam Sơn được mùa dưa hấu",
        "Vụ xuân này, hơn hai mươi hộ ở Lam Sơn trồng dưa thu lãi cao.",
    ),
    ("Hội Phụ nữ thăm gia đình chính sách", "Nhân ngày 27/7, Hội Phụ nữ huyện trao ba mươi suất quà."),
    ("Giải bóng đá thiếu niên khai mạc", "Mười hai đội bóng của các trường dự giải bóng đá thiếu niên hè."),
)


def told(text: str) -> tuple[str, ...]:
    return tuple(text.split(", "))


def story(number: int, hours: float = 0, run: int | None = None, **more: Any) -> ArticleRecord:
    title, body = STORIES[number]
    more |= {"capture": ref(int(hours * 100) + number)}
    return article(f"tin-{number}", hours, title=title, body=told(body), run_id=run, **more)


def notice(number: int, hours: float, run: int | None = None, code: str = "881") -> ArticleRecord:
    own = {"title": "Thông báo bảo dưỡng", "body": (*NOTICE, code), "capture": ref(int(hours * 100) + number)}
    return article(f"tin-{number}", hours, run_id=run, **own)


def begin(db: Database) -> int:
    return runs.start(db, "nghe-an.do-luong", PORTAL)


def states(db: Database) -> list[tuple[Any, ...]]:
    return rows(db, "SELECT status, version, unseen_since IS NULL FROM articles ORDER BY url")


def misses(
    kind: str, run: int | None, hours: float, *numbers: int, reason: str = "http_404"
) -> dict[str, Miss]:
    return {f"{PORTAL}/tin-{number}": Miss(at(hours), kind, reason, run) for number in numbers}


@pytest.fixture
def held(db: Database) -> Database:
    keep(db, [story(number, run=begin(db)) for number in range(len(STORIES))])
    return db


def test_the_same_page_at_several_addresses_is_an_outage_and_changes_nothing(held: Database) -> None:
    run = begin(held)
    odd = [notice(0, 24, run), notice(1, 24, run, code="992"), story(2, 24, run)]
    kept = keep(held, odd, [capture("tin-0", 24, ref=odd[0].capture, run_id=run)])
    assert [one.outcome for one in kept] == [Outcome.SUSPECT, Outcome.SUSPECT, Outcome.UNCHANGED]

    words = settle(held, PORTAL, run)

    asked = "(a maintenance page?)"
    assert (
        words == f"2 known articles were answered with the same page, “{NOTICE[0]}” {asked} (a.warc.gz:2400)"
    )
    assert states(held) == [("live", 1, True)] * 4
    assert rows(held, "SELECT outcome FROM captures") == [("suspect",)]
    assert rows(held, "SELECT count(*) FROM suspects") == [(0,)]


def test_what_an_outage_brought_as_a_new_article_is_taken_back(held: Database) -> None:
    run = begin(held)
    new = replace(notice(9, 24, run), design="0a" * 32)  # the archive keeps its template, too
    keep(held, [notice(0, 24, run), notice(1, 24, run), new, story(2, 24, run)])

    assert settle(held, PORTAL, run)

    assert len(states(held)) == 4
    assert rows(held, "SELECT count(*) FROM versions") == [(4,)]


def test_a_page_to_which_several_articles_redirect_is_no_new_article(held: Database) -> None:
    run = begin(held)
    landing = article("thong-bao", 24, title="Thông báo", body=NOTICE, run_id=run)
    keep(held, [landing])

    assert (
        settle(held, PORTAL, run, landings={landing.url: 3}) == f"3 known articles redirect to {landing.url}"
    )
    assert len(states(held)) == 4


def test_one_article_that_moved_is_no_outage(held: Database) -> None:
    run = begin(held)
    moved = article("tin-0-moi", 24, title=STORIES[0][0], body=(STORIES[0][1],), run_id=run)
    keep(held, [moved])

    assert settle(held, PORTAL, run, landings={moved.url: 1}) == ""
    assert len(states(held)) == 5


@pytest.mark.parametrize("kind", [MISSING, DELETED, UNREAD])
def test_a_night_on_which_most_articles_end_the_same_way_is_an_outage(held: Database, kind: str) -> None:
    run = begin(held)
    keep(held, misses=misses(kind, run, 24, 0, 1, 2, 3))

    assert settle(held, PORTAL, run) == "4 of 4 known articles did not answer as before: 4 × http_404"
    assert states(held) == [("live", 1, True)] * 4


def stood(db: Database, run: int, *numbers: int, hours: float = 24) -> None:
    seen = {f"{PORTAL}/tin-{number}": at(hours) for number in numbers}
    told: dict[str, Any] = {"run_id": run, "status": 304, "outcome": Outcome.UNCHANGED}
    looks = [capture(f"tin-{one}", hours, ref=ref(int(hours * 100) + one), **told) for one in numbers]
    keep(db, [], looks, seen=seen)


def test_an_article_is_gone_when_two_nights_did_not_find_it(held: Database) -> None:
    for hours, state in ((24, "live"), (25, "live"), (47, "gone")):
        run = begin(held)
        stood(held, run, 1, 2, 3, hours=hours)
        keep(held, misses=misses(MISSING, run, hours, 0))
        assert settle(held, PORTAL, run, stood=3) == ""
        assert states(held)[0] == (state, 1, False)
    (moment,) = rows(held, "SELECT gone_at = unseen_since FROM articles WHERE status = 'gone'")[0]
    assert moment, "gone since the first night that did not find it"


def test_an_article_that_is_said_to_be_deleted_is_gone_at_once_if_others_answer(held: Database) -> None:
    run = begin(held)
    stood(held, run, 1, 2, 3)
    keep(held, misses=misses(DELETED, run, 24, 0, reason="http_410"))

    assert settle(held, PORTAL, run, stood=3) == ""
    assert [state for state, *_ in states(held)] == ["gone", "live", "live", "live"]


def test_a_portal_that_shows_no_other_article_is_not_believed_at_once(held: Database) -> None:
    run = begin(held)
    keep(held, misses=misses(DELETED, run, 24, 0))

    assert settle(held, PORTAL, run) == ""
    assert states(held)[0] == ("live", 1, False)


def test_a_page_of_another_kind_takes_no_article_away(held: Database) -> None:
    for hours in (24, 60):
        run = begin(held)
        stood(held, run, 1, 2, 3, hours=hours)
        keep(held, misses=misses(UNREAD, run, hours, 0, reason="login"))
        settle(held, PORTAL, run, stood=3)
    assert states(held)[0] == ("live", 1, False)


def test_seeing_the_article_again_forgets_what_was_suspected(held: Database) -> None:
    run = begin(held)
    stood(held, run, 1, 2, 3)
    keep(held, [notice(0, 24, run)])
    settle(held, PORTAL, run, stood=3)
    assert states(held)[0] == ("live", 1, False)

    keep(held, [story(0, 48, begin(held))])

    assert states(held)[0] == ("live", 1, True)
    assert rows(held, "SELECT count(*) FROM suspects") == [(0,)]


def test_an_address_that_went_to_another_article_has_both(held: Database) -> None:
    for hours in (24, 48, 72):
        run = begin(held)
        keep(held, [notice(0, hours, run), *(story(number, hours, run) for number in (1, 2, 3))])
        assert settle(held, PORTAL, run) == ""

    url = f"{PORTAL}/tin-0"
    query = (
        "SELECT a.url, a.status, a.version, v.title FROM articles a JOIN versions v ON v.article_id = a.id"
    )
    found = [row for row in rows(held, query) if row[0] == url]
    assert sorted(found) == [(url, "gone", 1, STORIES[0][0]), (url, "live", 1, "Thông báo bảo dưỡng")]
    assert len(rows(held, "SELECT id FROM articles")) == 5


def test_an_edit_is_no_suspect(held: Database) -> None:
    text = (STORIES[0][1], "Đoạn viết thêm sau lễ khánh thành.")
    kept = keep(held, [article("tin-0", 24, title="Nhà văn hóa và sân chơi", body=text, run_id=begin(held))])
    assert kept[0].outcome == Outcome.CHANGED


def test_a_text_written_anew_under_its_headline_is_a_version_once_seen_twice(held: Database) -> None:
    anew = ("Toàn văn bài viết đã được ban biên tập viết lại từ đầu đến cuối.",)
    for hours, outcome in ((24, Outcome.SUSPECT), (48, Outcome.CHANGED), (72, Outcome.UNCHANGED)):
        told = {"title": STORIES[1][0], "body": anew, "capture": ref(int(hours * 100))}
        assert keep(held, [article("tin-1", hours, run_id=begin(held), **told)])[0].outcome == outcome
    assert states(held)[1] == ("live", 2, True)
    assert rows(held, "SELECT count(*) FROM suspects") == [(0,)]


def test_a_page_under_the_headline_of_its_listing_is_an_outage_all_the_same(held: Database) -> None:
    run = begin(held)
    odd = [
        article(f"tin-{one}", 24, title=STORIES[one][0], body=NOTICE, run_id=run, capture=ref(one))
        for one in (0, 1)
    ]
    keep(held, odd)

    assert "the same page" in settle(held, PORTAL, run)
    assert states(held) == [("live", 1, True)] * 4


def test_a_replay_holds_back_the_same(db: Database) -> None:
    keep(db, [story(0), story(1)])
    keep(db, [notice(0, 24)])
    assert states(db) == [("live", 1, False), ("live", 1, True)]
    keep(db, [story(0, 48)])
    assert states(db) == [("live", 1, True)] * 2
    keep(db, misses=misses(MISSING, None, 72, 0))
    assert states(db)[0] == ("live", 1, False)
    keep(db, misses=misses(MISSING, None, 96, 0))
    assert states(db)[0] == ("gone", 1, False)


def half(number: int, hours: float, run: int) -> ArticleRecord:
    title, body = STORIES[number]
    own = {"title": title, "body": (body[: len(body) // 2],), "flags": ("cut_short",)}
    return article(f"tin-{number}", hours, run_id=run, capture=ref(int(hours * 100) + number), **own)


def test_pages_that_end_in_their_middle_are_held_and_told(held: Database) -> None:
    run = begin(held)
    new = replace(half(3, 24, run), url=f"{PORTAL}/tin-9", capture=ref(2490))
    kept = keep(held, [half(0, 24, run), half(1, 24, run), new, story(2, 24, run)])
    assert [one.outcome for one in kept][:2] == [Outcome.SUSPECT] * 2

    assert settle(held, PORTAL, run) == "2 known articles came without the end of their page"

    assert states(held) == [("live", 1, True)] * 4  # the new one will be asked again


def test_a_page_that_lost_its_end_for_good_is_believed_at_its_second_sight(held: Database) -> None:
    for hours in (24, 48):
        run = begin(held)
        keep(held, [half(0, hours, run), story(1, hours, run), story(2, hours, run)])
        assert settle(held, PORTAL, run) == ""
    assert rows(held, "SELECT version, status FROM articles WHERE url LIKE '%tin-0'") == [(2, "live")]


def test_a_portal_that_never_closes_its_pages_is_read_as_ever(db: Database) -> None:
    keep(db, [half(number, 0, begin(db)) for number in range(3)])
    run = begin(db)
    longer = [story(number, 24, run, flags=("cut_short",)) for number in range(3)]
    assert [one.outcome for one in keep(db, longer)] == [Outcome.CHANGED] * 3
    assert settle(db, PORTAL, run) == ""


def test_texts_that_have_changed_places_are_an_outage(held: Database) -> None:
    run = begin(held)
    turned = [
        article(f"tin-{n}", 24, run_id=run, title=STORIES[n - 1][0], body=told(STORIES[n - 1][1]),
                capture=ref(2400 + n))
        for n in range(4)
    ]  # fmt: skip
    new = replace(story(0, 24, run), url=f"{PORTAL}/tin-9", capture=ref(2490))
    keep(held, [*turned, new])
    assert settle(held, PORTAL, run) == "known articles were answered with the texts of others"
    assert states(held) == [("live", 1, True)] * 4


def test_one_article_that_another_address_shows_is_no_outage(held: Database) -> None:
    run = begin(held)
    one = article("tin-0", 24, run_id=run, title=STORIES[1][0], body=told(STORIES[1][1]), capture=ref(2400))
    keep(held, [one, story(1, 24, run), story(2, 24, run), story(3, 24, run)])
    assert settle(held, PORTAL, run) == ""


def test_a_replay_of_two_outages_with_one_page_changes_nothing(held: Database) -> None:
    for hours in (24, 24 * 40):  # without runs, as a replay reads them
        kept = keep(held, [notice(number, hours) for number in range(3)])
        assert [one.outcome for one in kept] == [Outcome.SUSPECT] * 3
    assert rows(held, "SELECT DISTINCT status, version FROM articles") == [("live", 1)]
