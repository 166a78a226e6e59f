"""What repeats on a portal: how much evidence is enough, whatever the batches, and what was kept before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from storage.articles import furniture
from storage.articles.block_keys import FIRM, TAKEN, keys, picture_key
from storage.articles.correct import correct, holding
from storage.database import Database, open_database
from storage.records import ArticleRecord
from tests.storage.making import PORTAL, article, keep, ref, rows

SLOGAN = "Chào mừng quý vị đến với trang tin của huyện"
Block = tuple[str, int]


@pytest.fixture
def light(tmp_path: Path) -> Database:
    """An archive for what both databases count alike."""
    return open_database(f"sqlite:///{tmp_path / 'archive.db'}")


def told(number: int, *blocks: Block) -> ArticleRecord:
    """Article `number` of its own text, on whose page `blocks` stood."""
    text, flags = zip(*blocks, strict=True) if blocks else ((), ())
    seen = tuple(zip(keys(text), text, flags, strict=True))
    return replace(article(f"tin-{number}", number), blocks=seen)


def on_pages(pages: int, of: int, text: str = SLOGAN, flags: int = TAKEN) -> list[ArticleRecord]:
    """`of` articles, the last `pages` of which have the block."""
    return [told(n, *([(text, flags)] if n >= of - pages else [])) for n in range(of)]


def shown(db: Database, portal: str = PORTAL) -> list[tuple[str, str]]:
    return [(one.place, one.text) for one in furniture.learned(db, portal)]


@pytest.mark.parametrize(
    ("pages", "of", "flags", "place"),
    [
        (12, 12, TAKEN, "anywhere"),
        (11, 11, TAKEN, None),  # too few pages to tell
        (6, 12, TAKEN, None),  # six of twelve may be one of five by chance
        (7, 12, TAKEN, "edge"),
        (3, 12, TAKEN, None),
        (7, 12, TAKEN | FIRM, None),  # in the midst of prose it takes more
        (11, 12, TAKEN | FIRM, "anywhere"),
        (20, 100, TAKEN, None),  # a closing sentence of every fifth article
        (40, 100, TAKEN, "edge"),
        (12, 12, 0, None),  # nobody ever took it for text
    ],
)
def test_evidence(light: Database, pages: int, of: int, flags: int, place: str | None) -> None:
    keep(light, on_pages(pages, of, flags=flags))
    assert shown(light) == ([(place, SLOGAN)] if place else [])
    found = furniture.learned(light, PORTAL)
    assert [(one.pages, one.of) for one in found] == ([(pages, of)] if place else [])


def test_a_block_whose_numbers_change_is_one_block_and_takes_more(light: Database) -> None:
    counters = [told(n, (f"Đã có {n} lượt người vào trang", TAKEN)) for n in range(12)]
    keep(light, counters[:6] + [told(n) for n in range(20, 26)] + [])
    assert shown(light) == []
    keep(light, [told(n, (f"Đã có {n} lượt người vào trang", TAKEN)) for n in range(30, 60)])
    assert [place for place, _ in shown(light)] == ["anywhere"]


def test_the_same_text_twice_and_the_same_article_again_count_once(light: Database) -> None:
    copies = [replace(one, exact="same", title="Tin", body=("Một văn bản.",)) for one in on_pages(12, 12)]
    keep(light, copies)
    assert shown(light) == []
    first = on_pages(4, 12)
    for _ in range(3):
        keep(light, [replace(one, portal="https://khac.vn") for one in first])
    assert shown(light, "https://khac.vn") == []


def _state(db: Database) -> list[tuple[object, ...]]:
    return rows(db, "SELECT * FROM furniture ORDER BY key") + rows(db, "SELECT * FROM furniture_counts")


def _busy(count: int) -> list[ArticleRecord]:
    """Articles with a slogan on most, a closer on some, a counter, and lines of their own."""
    return [
        told(
            n,
            (f"Câu riêng của bài {'x' * n}", TAKEN),
            (f"Có {n * 7} lượt xem trang này", TAKEN),
            *([(SLOGAN, TAKEN)] if n % 5 else []),
            *([("Hẹn gặp lại quý vị", TAKEN | FIRM * (n % 2))] if n % 3 == 0 else []),
        )
        for n in range(count)
    ]


def test_batches_make_no_difference_and_both_databases_count_alike(db: Database, tmp_path: Path) -> None:
    articles = _busy(230)  # past the window, so counts are halved on the way
    one, other = (open_database(f"sqlite:///{tmp_path / name}.db") for name in ("one", "other"))
    keep(one, articles)
    for start in range(0, len(articles), 7):
        keep(other, articles[start : start + 7])
    keep(db, articles)
    assert _state(one) == _state(other)
    assert shown(db) == shown(one)
    assert len(shown(one)) == 3


def test_what_was_shown_stays_when_the_portal_takes_it_down(light: Database) -> None:
    keep(light, on_pages(12, 12))
    keep(light, [told(n) for n in range(100, 600)])
    assert shown(light) == [("anywhere", SLOGAN)]
    assert [(one.pages, one.of) for one in furniture.learned(light, PORTAL)] == [(12, 12)]


def test_the_table_is_bounded(light: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(furniture, "MAX_ROWS", 40)
    monkeypatch.setattr(furniture, "MAX_ONCE", 50)
    keep(light, on_pages(12, 12))
    pairs = [
        told(100 + n, *((f"Dòng {'a' * (n // 2)} {'b' * k}", TAKEN) for k in range(30))) for n in range(60)
    ]
    keep(light, pairs)
    ((count,), (once,)) = (
        *rows(light, "SELECT count(*) FROM furniture"),
        *rows(light, "SELECT once FROM furniture_counts"),
    )
    assert count <= 40
    assert len(str(once).split()) <= 50
    assert (PORTAL, SLOGAN) in rows(light, "SELECT portal, text FROM furniture WHERE place IS NOT NULL")


def _leaky(count: int) -> list[ArticleRecord]:
    some = on_pages(count, count)
    return [replace(one, body=(SLOGAN, *one.body), capture=ref(n)) for n, one in enumerate(some)]


def _held(db: Database) -> list[tuple[object, ...]]:
    return rows(db, "SELECT number, body, folded FROM versions ORDER BY warc_offset")


def test_texts_kept_before_are_found_and_put_right_without_a_version(db: Database) -> None:
    leaky = _leaky(14)
    keep(db, leaky)
    assert furniture.unsettled(db, PORTAL) == keys([SLOGAN])
    places = holding(db, PORTAL, keys([SLOGAN]), 5)
    assert [place.offset for place in places] == [13, 12, 11, 10, 9]
    clean = [replace(one, body=one.body[1:]) for one in leaky]
    assert correct(db, clean) == 14
    assert correct(db, clean) == 0
    assert holding(db, PORTAL, keys([SLOGAN]), 5) == []
    assert [number for number, *_ in _held(db)] == [1] * 14
    assert not any(SLOGAN in str(body) for _, body, _ in _held(db))
    assert {one.outcome for one in keep(db, clean)} == {"unchanged"}
    furniture.settle(db, PORTAL, keys([SLOGAN]))
    assert furniture.unsettled(db, PORTAL) == []


def test_what_is_kept_unread_after_all_was_settled_is_looked_for_again(light: Database) -> None:
    keep(light, on_pages(12, 12))
    furniture.settle(light, PORTAL, keys([SLOGAN]))
    keep(light, [told(50, (SLOGAN, 0))])
    assert furniture.unsettled(light, PORTAL) == []
    keep(light, [told(51, (SLOGAN, TAKEN))])
    assert furniture.unsettled(light, PORTAL) == keys([SLOGAN])


def test_a_line_that_a_second_reading_takes_for_text_was_counted_all_along(light: Database) -> None:
    captions = on_pages(12, 12, flags=0)
    keep(light, captions)
    assert shown(light) == []
    again = [
        replace(one, body=(SLOGAN, *one.body), blocks=told(0, (SLOGAN, TAKEN)).blocks) for one in captions
    ]
    assert correct(light, again) == 12
    assert shown(light) == [("anywhere", SLOGAN)]
    assert furniture.unsettled(light, PORTAL) == keys([SLOGAN])


def test_duplicates_follow_the_text_put_right(light: Database) -> None:
    first, second = (
        article(f"tin-{n}", n, body=(SLOGAN, "Cùng một nội dung."), exact=f"leaky-{n}") for n in (1, 2)
    )
    keep(light, [first, second])
    correct(light, [replace(one, body=("Cùng một nội dung.",), exact="clean") for one in (first, second)])
    assert rows(light, "SELECT id, duplicate_kind FROM articles WHERE duplicate_of IS NOT NULL") == [
        (second.id, "exact")
    ]


def test_pictures_are_found_by_their_address(light: Database) -> None:
    banner = {"url": f"{PORTAL}/anh/bieu-ngu.png", "caption": None, "alt": None}
    keep(light, [article("tin-1", images=(banner,)), article("tin-2")])
    assert len(holding(light, PORTAL, [picture_key("https://khac.vn/anh/bieu-ngu.png?v=2")], 9)) == 1


@pytest.mark.parametrize(
    ("texts", "same"),
    [
        (("Đường dây nóng: 0238", "DUONG DAY NONG 1900!"), True),
        (("Bài 1 của huyện", "Bài 12.345 của huyện"), True),
        (("Chào mừng quý vị", "Chào mừng các bạn"), False),
    ],
)
def test_keys(texts: Sequence[str], same: bool) -> None:
    one, other = keys(texts)
    assert (one == other) is same


def test_nothing_worth_a_key() -> None:
    assert keys(["***", "", "A 1"]) == ["", "", ""]
    assert picture_key("") == ""
