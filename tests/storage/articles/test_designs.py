"""One article in two templates: which readings tell the same, and which are a change of its text."""

from __future__ import annotations

from dataclasses import replace

import pytest

from storage.articles.redesign import alike, tells_the_same, text_of
from storage.database import Database
from storage.records import ArticleRecord
from tests.storage.making import article, keep, rows

ONE, OTHER = "01" * 32, "02" * 32
BESIDE = "01" * 26 + "02" * 6  # a template of ONE with a box more at its side
PROSE = (
    "Sáng nay, đoàn công tác của huyện đã kiểm tra tiến độ làm đường ở ba xã vùng cao.",
    "Đến hết tuần này các tổ thi công đổ xong bốn kilômét mặt đường, kịp trước mùa mưa.",
)


def told(hours: float, body: tuple[str, ...] = PROSE, design: str = ONE, **more: object) -> ArticleRecord:
    """The one article of these tests, as a page showed it."""
    return article("duong-moi", hours, title="Làm đường ở vùng cao", body=body, design=design, **more)


def outcomes(db: Database, *readings: ArticleRecord) -> list[str]:
    return [keep(db, [one])[0].outcome for one in readings]


LEAKED = "Chuyên mục phổ biến pháp luật cho người dân trong huyện"


@pytest.mark.parametrize(
    "other",
    [
        {"body": (LEAKED, *PROSE)},
        {"body": PROSE[1:], "lead": PROSE[0]},
        {"body": PROSE, "author": "Ban biên tập"},
        {"body": (" ".join(PROSE),), "captions": ("Công nhân đổ bê tông",)},
        {"published_at": "2024-03-01"},
    ],
)
def test_another_template_makes_no_version_and_an_edit_in_it_does(
    db: Database, other: dict[str, object]
) -> None:
    new = told(1, **{"body": PROSE, "design": OTHER} | other)
    again = replace(told(2, **{"body": PROSE, "design": OTHER} | other))
    edited = told(3, **{"design": OTHER} | other | {"body": (*new.body, "Một hộ đã hiến thêm 40 m2 đất.")})
    assert outcomes(db, told(0), new, again, edited, replace(edited, fetched_at=told(4).fetched_at)) == [
        "new", "unchanged", "unchanged", "changed", "unchanged",
    ]  # fmt: skip
    assert rows(db, "SELECT number, body FROM versions WHERE number = 1") == [(1, "\n".join(PROSE))]


@pytest.mark.parametrize(
    "edited",
    [
        {"body": (*PROSE, "Một hộ đã hiến thêm 40 m2 đất.")},
        {"author": "Thu Hà"},
        {"title": "Làm đường ở vùng cao: ba xã xong trước mùa mưa"},
    ],
)
def test_in_one_template_every_edit_is_a_version(db: Database, edited: dict[str, object]) -> None:
    record = replace(told(1, design=BESIDE), **edited)  # type: ignore[arg-type]
    assert outcomes(db, told(0), record) == ["new", "changed"]


def test_another_text_under_another_headline_is_held_and_then_another_article(db: Database) -> None:
    other = [
        replace(told(hours, ("Một văn bản khác.",), OTHER), title="Ngày hội đọc sách", exact="khac")
        for hours in (1, 2)
    ]
    assert outcomes(db, told(0), *other) == ["new", "suspect", "new"]


def test_a_text_written_anew_under_its_headline_is_held_and_then_a_version(db: Database) -> None:
    anew = ("Tuyến đường được khánh thành chiều qua với sự có mặt của đông đảo bà con các bản.",)
    readings = told(0), told(1, anew, OTHER), told(2, anew, OTHER)
    assert outcomes(db, *readings) == ["new", "suspect", "changed"]


def test_an_archive_that_knows_no_template_compares_word_by_word(db: Database) -> None:
    assert outcomes(db, told(0, design=""), told(1, (LEAKED, *PROSE), OTHER)) == ["new", "changed"]


def test_a_template_seen_unchanged_is_known_from_then_on(db: Database) -> None:
    readings = told(0, design=""), told(1), told(2, (LEAKED, *PROSE), OTHER)
    assert outcomes(db, *readings) == ["new", "unchanged", "unchanged"]


def test_signatures() -> None:
    assert alike(ONE, BESIDE)
    assert not alike(ONE, OTHER)
    assert alike("", OTHER)


def test_a_headline_with_the_sites_name_is_the_headline() -> None:
    one, other = text_of(told(0)), text_of(replace(told(1), title="Làm đường ở vùng cao - Huyện nhà"))
    assert tells_the_same(one, other, frozenset())
