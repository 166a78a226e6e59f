"""Short pages that are the same at several addresses are no articles, whatever their words."""

from __future__ import annotations

from typing import Any

import pytest

from storage.articles.repeated import take_back_repeated
from storage.database import Database
from storage.records import ArticleRecord
from storage.runs import runs
from tests.storage.making import PORTAL, article, capture, keep, ref, rows

WORDS = "Mục này đang được chúng tôi sắp đặt lại, mong bà con ghé sau."
UNDATED = {"published_at": None, "published_precision": "none", "published_source": None}


def page(number: int, run: int, body: str = WORDS, **more: Any) -> ArticleRecord:
    own = {"title": f"Tin vùng cao số {number}", "body": (body,), "capture": ref(number)} | UNDATED | more
    return article(f"tin-{number}", run_id=run, **own)


def begin(db: Database) -> int:
    return runs.start(db, "nghe-an.do-luong", PORTAL)


def test_they_are_taken_back_and_their_addresses_asked_again(db: Database) -> None:
    run = begin(db)
    good = page(9, run, "Nước sông Khê đã rút, đò ngang chạy lại từ chiều qua.")
    kept = [page(number, run) for number in range(3)]
    keep(db, [*kept, good], [capture(f"tin-{n}", ref=ref(n), run_id=run) for n in range(3)])

    assert take_back_repeated(db, PORTAL, run) == 3

    assert rows(db, "SELECT url FROM articles") == [(f"{PORTAL}/tin-9",)]
    assert rows(db, "SELECT DISTINCT outcome FROM captures") == [("suspect",)]


@pytest.mark.parametrize(
    "more",
    [
        {"published_at": "2023-03-04", "published_precision": "day", "published_source": "visible"},
        {"attachments": ({"url": "https://x.vn/a.pdf", "title": "Kế hoạch", "type": "pdf"},)},
        {"images": ({"url": "https://x.vn/a.jpg", "caption": None, "alt": None},)},
        {"body": "Chi tiết xin xem ở bảng tin. " * 12},
    ],
    ids=["dated", "with a file", "with a picture", "long"],
)
def test_notices_that_say_the_same_stay(db: Database, more: dict[str, Any]) -> None:
    run = begin(db)
    keep(db, [page(number, run, **more) for number in range(4)])
    assert take_back_repeated(db, PORTAL, run) == 0


def test_two_of_them_may_be_news(db: Database) -> None:
    run = begin(db)
    keep(db, [page(number, run) for number in range(2)])
    assert take_back_repeated(db, PORTAL, run) == 0


def test_those_of_another_run_stay(db: Database) -> None:
    keep(db, [page(number, begin(db)) for number in range(3)])
    assert take_back_repeated(db, PORTAL, begin(db)) == 0
