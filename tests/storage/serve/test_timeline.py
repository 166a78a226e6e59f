"""Versions in the order of time, what each is compared with, and how an article is found by its id."""

from __future__ import annotations

from dataclasses import replace

import pytest

from storage.database import Database
from storage.errors import StorageError
from storage.records import ArticleRecord
from storage.serve.timeline import FIELDS, made, named, steps, text, timeline
from tests.storage.making import PORTAL, article, keep, keep_again, ref

# Found by trying numbers: their ids begin with the same eight digits.
TWINS = ("tin-19967", "tin-105245")


def page(hours: float, title: str, reader: str, offset: int) -> ArticleRecord:
    return article("tin", hours, title=title, reader_version=reader, capture=ref(offset))


def test_each_version_follows_the_one_before_it_whatever_came_first(db: Database) -> None:
    keep(db, [page(2, "hai", "r1", 2)])
    keep(db, [page(3, "ba", "r1", 3)])
    keep(db, [page(1, "một", "r1", 1)])
    with db.reading() as connection:
        versions = timeline(connection, page(1, "", "", 1).id)
    assert [one.number for one in versions] == [3, 1, 2]
    assert [(a.number, b.number, made(a, b)) for a, b in steps(versions)] == [
        (3, 1, "edited"),
        (1, 2, "edited"),
    ]


def test_readings_of_one_page_are_compared_with_each_other_and_pages_as_one_reader_saw_them(
    db: Database,
) -> None:
    keep(db, [page(1, "một", "r1", 1)])
    keep(db, [page(2, "hai", "r1", 2)])
    keep_again(db, [page(1, "Một", "r2", 1)])
    keep_again(db, [page(2, "Hai", "r2", 2)])
    keep(db, [page(3, "Ba", "r2", 3)])
    keep(db, [page(4, "bốn", "r3", 4)])
    with db.reading() as connection:
        versions = timeline(connection, page(1, "", "", 1).id)
    assert [(a.number, b.number, made(a, b)) for a, b in steps(versions)] == [
        (1, 3, "reread"),
        (1, 2, "edited"),
        (2, 4, "reread"),
        (4, 5, "edited"),
        (5, 6, "edited_or_reread"),
    ]


def test_an_edit_that_is_taken_back_is_an_edit(db: Database) -> None:
    old, new = ref(1), ref(2)
    again, read_again = replace(old, offset=3), replace(old, offset=4)
    keep(db, [article("tin", 1, title="một", reader_version="r1", capture=old)])
    keep(db, [article("tin", 2, title="hai", reader_version="r1", capture=new)])
    keep(db, [article("tin", 3, title="một", reader_version="r1", capture=again)])
    keep(db, [article("tin", 4, title="Một", reader_version="r2", capture=read_again)])
    with db.reading() as connection:
        versions = timeline(connection, article("tin").id)
    assert [(a.number, b.number, made(a, b)) for a, b in steps(versions)] == [
        (1, 2, "edited"),
        (2, 3, "edited"),
        (3, 4, "reread"),
    ]


def test_the_text_of_a_version(db: Database) -> None:
    keep(db, [article("tin", 1, captions=("Ảnh",)), article("tin", 2, title="Mới", captions=("Ảnh",))])
    id_ = article("tin").id
    with db.reading() as connection:
        first, second = (text(connection, id_, number) for number in (1, 2))
        with pytest.raises(StorageError, match="no version 3"):
            text(connection, id_, 3)
    assert tuple(first) == FIELDS
    assert [name for name in FIELDS if first[name] != second[name]] == ["title"]
    assert (second["title"], second["captions"]) == ("Mới", ["Ảnh"])


def test_articles_are_found_by_the_beginning_of_their_id(db: Database) -> None:
    keep(db, [article(path) for path in (*TWINS, "other")])
    one, other = sorted(article(path).id for path in TWINS)
    assert one[:8] == other[:8]
    with db.reading() as connection:
        assert [found.id for found in named(connection, one[:8], 10)] == [one, other]
        assert [found.url for found in named(connection, article("other").id, 10)] == [f"{PORTAL}/other"]
        assert named(connection, one[:15] + ("0" if one[15] != "0" else "1"), 10) == []
        assert len(named(connection, one[:8], 1)) == 1
