"""The page of a run: verdict, evidence and counts in the reader's language."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.database import Database
from storage.language.messages import nmessage
from storage.runs import runs
from storage.vocabulary import Verdict
from tests.english import english
from tests.storage.making import PORTAL
from tests.web.serving import serving

pytestmark = pytest.mark.slow
COUNTS = {"listing": 3, "failed": 2, "failed:timeout": 1, "failed:http_500": 1, "requests": 1_240}


def test_a_run_is_told_in_the_language_of_the_reader(db: Database, database_url: str, tmp_path: Path) -> None:
    said = nmessage("nothing new on {n} listing page", "nothing new on {n} listing pages", 3)
    number = runs.start(db, "nghe-an.do-luong", PORTAL)
    runs.finish(db, number, Verdict.DEGRADED, COUNTS, [said, "a sentence of an earlier version"])
    with serving(database_url, tmp_path / "warc") as web:
        vietnamese, english_page = (web.get(f"/run/{number}?lang={one}").text for one in ("vi", "en"))
    for words in (
        "suy giảm",
        "không có bài mới trên 3 trang danh mục",
        "hết thời gian chờ",
        "HTTP 500",
        "1.240",
    ):
        assert words in vietnamese
    told = vietnamese.partition("<dl>")[2].partition("</table>")[0]
    assert english(told.replace("a sentence of an earlier version", "")) == []
    for words in ("degraded", "nothing new on 3 listing pages", "a sentence of an earlier version", "1,240"):
        assert words in english_page
