"""The context of a run: one for each crawler, and one connection to the archive."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from scrapy import signals
from scrapy.utils.test import get_crawler
from sqlalchemy import text

from pipelines import context
from pipelines.context import RunContext, context_of
from storage.articles import frontier
from storage.database import Database, StorageError, open_database


@pytest.fixture
def run(database_url: str) -> Iterator[RunContext]:
    run = RunContext(database_url, patience=5.0)
    yield run
    run.close()


def test_every_part_of_a_run_gets_the_same_context_and_another_run_another_one() -> None:
    one, two = get_crawler(), get_crawler()
    assert context_of(one) is context_of(one)
    assert context_of(one) is not context_of(two)


def test_a_context_goes_with_its_crawler() -> None:
    gc.collect()
    before = len(context._contexts)
    crawler = get_crawler()
    context_of(crawler).sent["http://a.vn"] += 1
    assert len(context._contexts) == before + 1
    del crawler
    gc.collect()
    assert len(context._contexts) == before


def test_the_archive_is_closed_when_the_engine_has_stopped(database_url: str) -> None:
    crawler = get_crawler(settings_dict={"HUYEN_DATABASE_URL": database_url})
    opened = context_of(crawler).archive()
    assert context_of(crawler).archive() is opened
    crawler.signals.send_catch_log(signals.engine_stopped)
    again = context_of(crawler).archive()
    assert again is not opened
    context_of(crawler).close()


def test_a_second_connection_is_an_error_and_no_wait(run: RunContext) -> None:
    archive = run.archive()

    def nested(connection: Any) -> None:
        connection.execute(text("SELECT 1"))
        frontier.load(archive, "http://a.vn")

    with pytest.raises(StorageError, match="QueuePool limit of size 1"):
        archive.read(nested)
    assert frontier.load(archive, "http://a.vn").entries == []


def test_nothing_is_known_before_a_run_was_begun(run: RunContext) -> None:
    assert RunContext("no database").known(["http://a.vn/1"]) == {}
    run.run_ids["http://a.vn"] = 1
    assert run.known(["http://a.vn/1"]) == {}


def test_what_the_guard_refuses_is_not_written(db: Database) -> None:
    def refuse() -> None:
        raise StorageError("not ours")

    guarded = replace(db, guard=refuse)
    with pytest.raises(StorageError, match="not ours"):
        frontier.clear(guarded, "http://a.vn")
    with pytest.raises(StorageError, match="not ours"):
        guarded.check()
    assert frontier.load(guarded, "http://a.vn").entries == []  # reading asks no one


def test_a_crawl_waits_for_a_server_and_a_command_does_not() -> None:
    with pytest.raises(StorageError, match=r"tried for 0\.3 s"):
        open_database("postgresql://u@127.0.0.1:1/d", retry_seconds=0.3, for_crawl=True)
    with pytest.raises(StorageError) as at_once:
        open_database("postgresql://u@127.0.0.1:1/d", retry_seconds=60)
    assert "tried for" not in str(at_once.value)
