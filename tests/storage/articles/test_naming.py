"""What a version names: kept with it, written anew when it is read anew, gone when it goes."""

from __future__ import annotations

from typing import Any

import pytest

from storage.articles import correct, suspects
from storage.articles.resuming import Resumed, resume
from storage.database import Database
from storage.records import ArticleRecord, DocumentNamed, Mention
from storage.schema import Version
from storage.vocabulary import Outcome
from tests.storage.making import article, at, capture, keep, keep_again, ref, rows

BACH_NGOC = Mention("commune:17623", "body", 3, 12, "kind")
LAM_SON = Mention("commune:17647", "title", 0, 7, "bare")
PLAN = DocumentNamed("lead", 10, 18, "45/KH-UBND", "state", "45", "KH-UBND", "Kế hoạch", None, "UBND",
                     "UBND huyện Đô Lương", "2024-01-05", "day")  # fmt: skip
MENTIONS = "SELECT version, place_id, field, span_start, span_end, how FROM mentions ORDER BY 1, 2"
DOCUMENTS = "SELECT version, code, kind, type, issuer, date FROM documents_named ORDER BY 1, 2"


def named(hours: float = 0, reader: str = "a", **values: Any) -> ArticleRecord:
    found = {"mentions": (BACH_NGOC,), "documents": (PLAN,)}
    return article(hours=hours, reader_version=reader, **found | values)


def readers(db: Database) -> list[Any]:
    return [row[0] for row in rows(db, "SELECT named_by FROM versions ORDER BY number")]


def test_what_a_text_names_is_kept_with_its_version(db: Database) -> None:
    keep(db, [named()], [capture()])
    changed = named(2, title="Tin khác hẳn", mentions=(LAM_SON, BACH_NGOC), documents=())
    keep(db, [changed], [capture(hours=2)])
    assert rows(db, MENTIONS) == [
        (1, "commune:17623", "body", 3, 12, "kind"),
        (2, "commune:17623", "body", 3, 12, "kind"),
        (2, "commune:17647", "title", 0, 7, "bare"),
    ]
    told = (1, "45/KH-UBND", "state", "Kế hoạch", "UBND huyện Đô Lương", "2024-01-05")
    assert rows(db, DOCUMENTS) == [told]
    assert readers(db) == ["a", "a"]


def test_a_later_look_at_the_same_text_changes_nothing(db: Database) -> None:
    keep(db, [named()], [capture()])
    keep(db, [named(2, "b", mentions=(LAM_SON,))], [capture(hours=2)])
    assert [row[1] for row in rows(db, MENTIONS)] == ["commune:17623"]
    assert readers(db) == ["a"]


def test_an_archive_kept_before_is_filled_by_a_replay(db: Database) -> None:
    keep(db, [named(mentions=(), documents=())], [capture()])
    with db.engine.begin() as connection:
        connection.execute(Version.__table__.update().values(named_by=None))  # type: ignore[attr-defined]
    readings = keep_again(db, [named()], [capture()])
    assert [one.outcome for one in readings] == [Outcome.UNCHANGED]
    assert len(rows(db, MENTIONS)) == len(rows(db, DOCUMENTS)) == 1
    assert readers(db) == ["a"]


def test_a_replay_with_another_reader_writes_it_anew(db: Database) -> None:
    keep(db, [named()], [capture()])
    keep_again(db, [named(reader="b", mentions=(LAM_SON,), documents=())], [capture()])
    assert [row[1] for row in rows(db, MENTIONS)] == ["commune:17647"]
    assert rows(db, DOCUMENTS) == []
    assert readers(db) == ["b"]


def test_a_replay_with_the_same_reader_writes_nothing(db: Database) -> None:
    keep(db, [named()], [capture()])
    keep_again(db, [named(mentions=(LAM_SON,))], [capture()])  # would be another result of the same rules
    assert [row[1] for row in rows(db, MENTIONS)] == ["commune:17623"]


def test_a_text_read_otherwise_has_its_own_names_beside_the_earlier_ones(db: Database) -> None:
    keep(db, [named()], [capture()])
    keep_again(db, [named(reader="b", title="Đọc khác", mentions=(LAM_SON,))], [capture()])
    assert [row[:2] for row in rows(db, MENTIONS)] == [(1, "commune:17623"), (2, "commune:17647")]


def test_a_text_put_right_in_place_has_its_names_put_right(db: Database) -> None:
    keep(db, [named()], [capture()])
    correct.correct(db, [named(body=("Nội dung ngắn hơn.",), mentions=(LAM_SON,), documents=())])
    assert [row[:2] for row in rows(db, MENTIONS)] == [(1, "commune:17647")]
    assert rows(db, DOCUMENTS) == []
    assert readers(db) == ["a"]


def test_a_text_that_stands_there_again_names_the_same_again(db: Database) -> None:
    keep(db, [named()], [capture()])
    with db.engine.begin() as connection:
        resume(connection, [Resumed(named().id, 1, 2, at(5))])
    assert [row[0] for row in rows(db, MENTIONS)] == [1, 2]
    assert [row[0] for row in rows(db, DOCUMENTS)] == [1, 2]


def test_an_article_that_is_taken_back_takes_its_names_along(db: Database) -> None:
    keep(db, [named()], [capture()])
    with db.engine.begin() as connection:
        row = connection.execute(Version.__table__.select()).one()  # type: ignore[attr-defined]
        suspects.take_back(connection, row, Outcome.SUSPECT)
    assert rows(db, MENTIONS) == rows(db, DOCUMENTS) == rows(db, "SELECT id FROM articles") == []


def test_a_foreign_text_in_the_same_batch_does_not_take_the_names_away(db: Database) -> None:
    again = article(hours=3, title="Hoàn toàn khác", body=("Không chung một câu nào.",), mentions=())
    keep(db, [named(), again], [capture(), capture(hours=3)])
    assert (1, "commune:17623") in [row[:2] for row in rows(db, MENTIONS)]


@pytest.mark.parametrize("pages", [2, 700])
def test_many_articles_are_kept_in_one_batch(db: Database, pages: int) -> None:
    made = [
        article(f"tin-{n}", mentions=(BACH_NGOC, LAM_SON), reader_version="a", capture=ref(n + 1))
        for n in range(pages)
    ]
    keep(db, made)
    assert rows(db, "SELECT count(*) FROM mentions") == [(2 * pages,)]
