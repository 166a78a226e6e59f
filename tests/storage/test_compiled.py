"""Engines that share what they compile answer as engines do that keep it to themselves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from storage import compiled
from storage.articles.warming import warm_up
from storage.database import Database, open_database
from storage.schema import Article
from tests.storage.making import PORTAL, article, keep, rows


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(compiled, "_by_dialect", None)
    yield


def _archive(folder: Path, name: str) -> Database:
    return open_database(f"sqlite:///{folder / name}.db")


def test_each_engine_keeps_its_own_unless_told(tmp_path: Path) -> None:
    assert compiled.options("sqlite") == {}
    database = _archive(tmp_path, "a")
    assert "compiled_cache" not in database.engine.get_execution_options()


def test_another_engine_finds_what_the_first_has_compiled(tmp_path: Path) -> None:
    compiled.share()
    known = compiled.options("sqlite")["compiled_cache"]
    archives = {name: _archive(tmp_path, name) for name in ("a", "b")}  # migrations are no part of it
    counts = []
    for name, database in archives.items():
        keep(database, [article(name, 1)])
        with database.reading() as connection:
            found = connection.execute(select(Article.url).where(Article.portal == PORTAL)).all()
        assert [row.url for row in found] == [f"{PORTAL}/{name}"]
        counts.append(len(known))
    assert counts[0] == counts[1] > 10
    assert compiled.options("postgresql")["compiled_cache"] == {}


def test_a_key_without_a_dialect_is_taken_whole() -> None:
    cache = compiled.Statements()
    cache["a", "key"] = 1
    cache["another", "key"] = 2
    assert (cache.get(("a", "key")), cache.get(("another", "key")), cache.get(("key",))) == (1, 2, None)


def test_what_is_done_to_warm_up_leaves_nothing(tmp_path: Path) -> None:
    warm_up()
    database = _archive(tmp_path, "a")
    for table in ("runs", "districts", "captures", "frontier"):
        assert rows(database, f"SELECT * FROM {table}") == []
