"""The archive in Datasette: searched as `huyen search` does, described as in the codebook."""

from __future__ import annotations

import asyncio
import json
import re
import unicodedata
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from datasette.app import Datasette

from storage.database import open_database
from storage.schema import Base
from storage.search.search import search
from tests.web.serving import fill
from web.datasette_plugin import NOTHING, matching

ROOT = Path(__file__).parents[2]
METADATA = json.loads((ROOT / "docs" / "operations" / "datasette.json").read_text(encoding="utf-8"))
TABLES = METADATA["databases"]["archive"]["tables"]
QUERIES = (
    "xuat khau", "xuất khẩu", unicodedata.normalize("NFD", "xuất khẩu"), "XUẤT KHẨU", "đê", "de", "đề", "đ*",
    '"dap de"', "đê -lua", "đê OR gạo", "khong co tu nay", "-de", "(", '"',
)  # fmt: skip


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("datasette") / "archive.db"
    with closing(open_database(f"sqlite:///{path}")) as database:
        fill(database, path.parent / "warc")
    return path


def asked(archive: Path, *paths: str, metadata: Any = None) -> list[Any]:
    """The JSON that Datasette's own client is answered."""

    async def ask() -> list[Any]:
        datasette = Datasette([str(archive)], metadata=metadata)
        await datasette.invoke_startup()
        try:
            answers = [await datasette.client.get(path) for path in paths]
            assert [one.status_code for one in answers] == [200] * len(paths)
            return [one.json() for one in answers]
        finally:
            for database in datasette.databases.values():
                database.close()

    return asyncio.run(ask())


def test_the_index_is_found_without_being_told(archive: Path) -> None:
    (found,) = asked(archive, "/archive.json")
    tables = {table["name"]: table["fts_table"] for table in found["tables"] if not table["hidden"]}
    assert (tables["versions"], tables["contents"]) == ("search", "search_contents")
    assert [view["name"] for view in found["views"]] == ["articles_current"]


def test_a_search_finds_what_huyen_search_finds(archive: Path) -> None:
    paths = [
        f"/archive/articles_current.json?{urlencode({'_search': q, '_shape': 'array'})}" for q in QUERIES
    ]
    answers = asked(archive, *paths, metadata=METADATA)
    with closing(open_database(f"sqlite:///{archive}")) as database:
        for query, rows in zip(QUERIES, answers, strict=True):
            understood = matching(query) != NOTHING
            expected = {hit.id for hit in search(database, query, 100)} if understood else set()
            assert {row["id"] for row in rows} == expected, query
    assert len(answers[0]) == len(answers[2]) == 1
    assert len(answers[4]) < len(answers[5])


def test_the_metadata_names_what_there_is_in_the_words_of_the_codebook(archive: Path) -> None:
    (found,) = asked(archive, "/archive/articles_current.json?_size=1&_facet=province", metadata=METADATA)
    columns = TABLES["articles_current"]["columns"]
    assert list(columns) == found["columns"]
    assert found["facet_results"]["province"]["results"][0]["count"] == 24
    book = (ROOT / "docs" / "codebook.md").read_text(encoding="utf-8")
    meanings = dict(re.findall(r"^\| `(\w+)` \| [^|]* \| ((?:[^|]|\\\|)*) \|", book, re.MULTILINE))
    for name, words in columns.items():
        if name != "version_id":
            plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", meanings[name]).replace("`", "")
            assert words == plain.replace("\\|", "|").strip(), name
    assert TABLES.keys() - Base.metadata.tables.keys() == {"articles_current", "alembic_version"}
