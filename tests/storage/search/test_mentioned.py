"""The communes that texts name, as columns and as a selection, on both databases."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from storage.articles.queries import sync_registry
from storage.database import Database
from storage.errors import StorageError
from storage.export.export import export
from storage.places import named
from storage.records import Mention
from storage.schema import Version
from storage.search.mentioned import codes, codes_now, naming
from storage.search.selection import Filters, told
from tests.storage.making import DISTRICTS, article, capture, keep

YEN_SON, DO_LUONG_TOWN, DO_LUONG_NOW = "commune:17662", "commune:17617", "commune:17662@2025"


def of(*ids: str) -> tuple[Mention, ...]:
    return tuple(Mention(id_, "body", n * 10, n * 10 + 5, "kind") for n, id_ in enumerate(ids))


@pytest.fixture
def kept(db: Database) -> Database:
    """Three articles: of old places, of none, and one that nobody looked through; and one of August 2025."""
    sync_registry(db, DISTRICTS)
    reading: dict[str, Any] = {"published_precision": "day", "reader_version": "a"}
    made = [
        article("a", published_at="2023-05-04", mentions=of(YEN_SON, DO_LUONG_TOWN, YEN_SON), **reading),
        article("b", published_at="2023-05-05", **reading),
        article("c", published_at="2023-05-06", **reading),
        article("d", published_at="2025-08-01", mentions=of(YEN_SON, DO_LUONG_NOW), **reading),
    ]
    keep(db, made, [capture(one.url.rpartition("/")[2]) for one in made])
    with db.engine.begin() as connection:
        table = Version.__table__
        connection.execute(table.update().where(table.c.published_at == "2023-05-06").values(named_by=None))  # type: ignore[attr-defined]
    return db


def rows(db: Database, form: str, **more: Any) -> list[dict[str, Any]]:
    out = io.StringIO()
    export(db, out, form, columns=["published_at", "communes", "communes_now"], **more)
    if form == "csv":
        return list(csv.DictReader(io.StringIO(out.getvalue())))
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_columns_have_the_codes_of_then_and_of_now(kept: Database) -> None:
    told_ = {row["published_at"]: (row["communes"], row["communes_now"]) for row in rows(kept, "jsonl")}
    assert told_ == {
        "2023-05-04": (["17617", "17662"], ["17662"]),
        "2023-05-05": ([], []),
        "2023-05-06": (None, None),  # read by a version that did not look
        "2025-08-01": (["17662"], ["17662"]),
    }


def test_a_cell_is_a_json_array_and_empty_where_nobody_looked(kept: Database) -> None:
    told_ = {row["published_at"]: row["communes"] for row in rows(kept, "csv")}
    assert told_["2023-05-04"] == '["17617", "17662"]'
    assert told_["2023-05-05"] == "[]"
    assert told_["2023-05-06"] == ""


def test_a_selection_by_mention_takes_the_unit_and_what_became_it(kept: Database) -> None:
    days = [row["published_at"] for row in rows(kept, "jsonl", filters=Filters(mentions=("17662",)))]
    assert days == ["2023-05-04", "2025-08-01"]
    days = [row["published_at"] for row in rows(kept, "jsonl", filters=Filters(mentions=("17617",)))]
    assert days == ["2023-05-04"]
    assert told(kept, Filters(mentions=("xã Yên Sơn",))) == [
        "xã Yên Sơn (17662, Nghệ An) as it was until June 2025"
    ]


def test_a_name_is_that_of_a_district_in_the_archive(kept: Database) -> None:
    with kept.reading() as connection:
        ids, words = naming(connection, "Gia Tân")
        assert ids == ["commune:14503"]
        assert "14503, Ninh Bình" in words
        with pytest.raises(StorageError, match="no commune, ward or special zone is or was called 'Mất Tên'"):
            naming(connection, "Mất Tên")


def test_a_code_that_another_commune_has_by_then_is_left_out() -> None:
    yen_son = named.at(YEN_SON)
    assert yen_son
    assert codes("2024", [yen_son]) == codes("", [yen_son]) == ["17662"]
    assert codes("2025-08-01", [yen_son]) == []  # 17662 is Đô Lương then
    assert codes_now([yen_son]) == ["17662"]


def test_a_commune_to_come_is_none_of_the_day() -> None:
    coming = named.at("commune:17707@2025")
    assert coming
    assert codes("2025-06-20", [coming]) == []
    assert codes("2025-07-01", [coming]) == codes("2025", [coming]) == ["17707"]
