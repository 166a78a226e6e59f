"""The pages over a real socket, on both databases: what a reader finds, and what a stranger may not do."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from storage.database import Database
from storage.errors import StorageError
from storage.readonly import open_readonly
from storage.warc.reader import iter_captures
from tests.storage.making import PORTAL
from tests.web.serving import HOSTILE, HTML, Web, fill, serving
from web.app import is_slow

pytestmark = pytest.mark.slow


@pytest.fixture
def ids(db: Database, tmp_path: Path) -> dict[str, str]:
    return fill(db, tmp_path / "warc")


@pytest.fixture
def web(db: Database, ids: dict[str, str], database_url: str, tmp_path: Path) -> Iterator[Web]:
    with serving(database_url, tmp_path / "warc") as served:
        yield served


def titles(text: str) -> list[str]:
    return re.findall(r'class="title" href="/article/(\w+)', text)


def test_the_first_page_says_what_is_held_and_leads_on(web: Web) -> None:
    page = web.get("/?lang=en")
    assert page.status == 200
    assert "Articles: 25. Districts: 2." in page.text
    assert "26/10/2023" in web.get("/?lang=vi").text
    assert 'href="/district/nghe-an.do-luong' in page.text


@pytest.mark.parametrize(
    "path", ["/", "/search", "/coverage", "/district/nghe-an.do-luong", "/day/2023-10-26"]
)
def test_every_page_answers_in_both_languages(web: Web, path: str) -> None:
    vietnamese, english = web.get(path, Accept_Language="vi-VN,vi;q=0.9"), web.get(path, Accept_Language="en")
    assert (vietnamese.status, english.status) == (200, 200)
    assert '<html lang="vi">' in vietnamese.text
    assert '<html lang="en">' in english.text
    assert "{" not in re.sub(r"<style.*?</style>", "", english.text)


@pytest.mark.parametrize("query", ["xuat+khau", "xu%E1%BA%A5t+kh%E1%BA%A9u", "XU%E1%BA%A4T+KH%E1%BA%A8U"])
def test_a_search_finds_with_and_without_diacritics_and_marks_the_words(
    web: Web, ids: dict[str, str], query: str
) -> None:
    page = web.get(f"/search?q={query}")
    assert titles(page.text) == [ids["meeting"]]
    assert "<mark>Xuất</mark> <mark>khẩu</mark>" in page.text


def test_the_pages_of_a_list_hold_each_article_once_and_as_many_as_are_counted(web: Web) -> None:
    path, seen = "/search?district=do-luong", []
    while path:
        page = web.get(path)
        seen += titles(page.text)
        following = re.search(r'rel="next" href="([^"]+)"', page.text)
        path = following[1].replace("&amp;", "&") if following else ""
    assert len(seen) == len(set(seen)) == 24
    assert "24" in re.search(r'class="count">([^<]+)', web.get("/search?district=do-luong").text)[1]  # type: ignore[index]


@pytest.mark.parametrize(
    ("conditions", "count"),
    [
        ("year=2022", 21), ("year=none", 1), ("precision=month", 1), ("copies=hide", 24), ("files=yes", 1),
        ("from=2023-10&to=2023-11", 2), ("district=gia-vien", 1), ("status=gone", 0), ("source=visible", 1),
        ("province=Ninh+B%C3%ACnh", 1), ("q=nothing-like-it", 0),
    ],
)  # fmt: skip
def test_a_selection_shows_counts_and_downloads_the_same_articles(
    web: Web, conditions: str, count: int
) -> None:
    found = web.get(f"/api/articles?{conditions}&limit=100").json
    rows = list(csv.DictReader(io.StringIO(web.get(f"/search.csv?{conditions}").text)))
    lines = web.get(f"/search.jsonl?{conditions}").text.splitlines()
    assert found["count"] == len(found["articles"]) == len(rows) == len(lines) == count
    assert {row["id"] for row in rows} == {row["id"] for row in found["articles"]}


def test_a_selection_is_taken_home_as_captures(web: Web, ids: dict[str, str], tmp_path: Path) -> None:
    answer = web.get("/search.wacz?q=xuat+khau")
    assert answer.headers["Content-Type"] == "application/wacz"
    with ZipFile(io.BytesIO(answer.body)) as package:
        (name,) = (name for name in package.namelist() if name.startswith("archive/"))
        package.extract(name, tmp_path)
    (capture,) = iter_captures(tmp_path / name)
    assert (capture.exchange.url, capture.exchange.body) == (f"{PORTAL}/hop", HTML)
    assert web.get("/search.wacz?q=khong+co+tu+nay").status == 404


def test_a_facet_leads_to_as_many_articles_as_it_says(web: Web) -> None:
    page = web.get("/search?lang=en").text
    facet = re.search(r'<a href="(/search\?year=2022)">2022</a> <span class="note">(\d+)', page)
    assert facet is not None
    assert f"{facet[2]} articles" in web.get(f"{facet[1]}&lang=en").text


def test_an_article_shows_its_certainty_its_versions_and_its_proof(
    web: Web, ids: dict[str, str], tmp_path: Path
) -> None:
    key = ids["meeting"]
    latest, first = web.get(f"/article/{key}?lang=en"), web.get(f"/article/{key}/1?lang=en")
    assert "Đê sông đã đắp xong." in latest.text
    assert "Đê sông được đắp." in first.text
    assert "read from a date line on the page, exact to the day" in first.text
    assert "Version 1 of 2" in first.text
    assert re.search(r"xã Yên Sơn <span[^>]*>\(xã Đô Lương\)", first.text)
    assert "Kế hoạch 45/KH-UBND" in first.text
    told = web.get(f"/api/articles/{key}/1").json
    assert [one["code"] for one in told["mentions"]] == ["17662"]
    assert [(one["code"], one["files"]) for one in told["documents_named"]] == [("45/KH-UBND", [])]
    changed = web.get(f"/article/{key}/diff/1/2").text
    assert re.search(r"<del[^>]*>được</del>", changed)
    raw = web.get(f"/article/{key}/raw/1")
    assert raw.body == HTML
    assert raw.headers["Content-Type"].startswith("text/plain")
    assert raw.headers["Memento-Datetime"] == "Mon, 01 Jan 2024 02:00:00 GMT"
    record = web.get(f"/article/{key}/record/1")
    (tmp_path / "one.warc.gz").write_bytes(record.body)
    (capture,) = iter_captures(tmp_path / "one.warc.gz")
    assert capture.exchange.body == HTML
    assert web.get(f"/article/{key}/3").status == 404


def test_a_story_tells_who_published_it_first(web: Web, ids: dict[str, str]) -> None:
    page = web.get(f"/story/{ids['again']}?lang=en").text
    assert titles(page) == [ids["copied"], ids["again"]]
    assert "exact copy" in page
    assert web.get(f"/story/{ids['plain']}").status == 404


def test_an_address_on_a_portal_leads_to_its_article(web: Web, ids: dict[str, str]) -> None:
    for path in (
        "https://doluong.nghean.gov.vn/hop",
        "doluong.nghean.gov.vn/hop",
        "http://www.doluong.nghean.gov.vn/hop",
    ):
        answer = web.get(f"/url/{path}")
        assert (answer.status, answer.headers["Location"]) == (303, f"/article/{ids['meeting']}")
    assert web.get("/url/https://elsewhere.gov.vn/x").status == 404


def test_what_a_page_said_is_shown_as_text(web: Web, ids: dict[str, str]) -> None:
    for path in (
        f"/article/{ids['hostile']}",
        "/search?q=doc",
        "/search?q=%3Cscript%3Ealert(1)%3C/script%3E",
        "/",
    ):
        page = web.get(path)
        assert "<script" not in page.text
        assert 'href="javascript:' not in page.text
        assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    assert HOSTILE not in web.get(f"/article/{ids['hostile']}").text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nothing", 404), ("/article/zz", 404), ("/article/0123456789abcdef", 404), ("/run/99", 404),
        ("/day/2023-13-01", 404), ("/district/nobody", 404), ("/search?precision=hour", 400),
        ("/search?from=yesterday", 400), ("/search?after=%21", 400), ("/search?district=nobody", 400),
        ("/api/articles?from=x", 400), ("/search.csv?columns=none", 400), ("/search?q=" + "a" * 600, 400),
        ("/" + "a" * 5000, 414), ("/static/../app.py", 404), ("/search?q=%22%22", 400),
    ],
)  # fmt: skip
def test_a_wrong_address_is_told_and_nothing_breaks(web: Web, path: str, status: int) -> None:
    answer = web.get(path)
    assert answer.status == status
    assert "Traceback" not in answer.text


def test_strangers_are_kept_out(web: Web) -> None:
    assert web.get("/", Host="evil.example").status == 421
    assert web.get("/", method="POST").status == 405
    assert web.get("/", method="DELETE").status == 405
    answer = web.get("/", method="HEAD")
    assert (answer.status, answer.body) == (200, b"")
    assert "Set-Cookie" not in answer.headers


def test_the_interface_is_as_it_is_described(web: Web, ids: dict[str, str]) -> None:
    described = web.get("/openapi.json").json["paths"]
    assert "/api/articles/{id}" in described
    for path in described:
        asked = path.replace("{id}", ids["meeting"]).replace("{version}", "1")
        asked += "?q=xuat+khau" if path.endswith(".wacz") else ""
        assert web.get(asked).status == 200, asked
    assert web.get(f"/api/articles/{ids['meeting']}").json["versions"] == [1, 2]
    first = web.get("/api/articles?limit=20").json
    second = web.get(first["next"]).json
    assert len({row["id"] for row in [*first["articles"], *second["articles"]]}) == 25
    assert second["next"] is None


def test_the_feed_of_a_search_is_atom(web: Web, ids: dict[str, str]) -> None:
    feed = ElementTree.fromstring(web.get("/feed.atom?district=do-luong").text)
    atom = "{http://www.w3.org/2005/Atom}"
    entries = feed.findall(f"{atom}entry")
    assert len(entries) == 20
    assert all(
        entry.find(f"{atom}{name}") is not None for entry in entries for name in ("id", "title", "updated")
    )


def test_a_question_that_takes_too_long_is_given_up(ids: dict[str, str], database_url: str) -> None:
    numbers = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 900000000)"
    endless = f"{numbers} SELECT count(*) FROM c"
    with closing(open_readonly(database_url, 0.2)) as database:
        asked = text(endless if database.sqlite else "SELECT pg_sleep(30)")
        with pytest.raises(StorageError) as told, database.reading() as connection:
            connection.execute(asked).all()
        assert is_slow(told.value)
        with database.reading() as connection:
            assert connection.execute(text("SELECT 1")).scalar() == 1


def test_nothing_can_be_written(ids: dict[str, str], database_url: str) -> None:
    with closing(open_readonly(database_url)) as database, database.engine.connect() as connection:
        delete = text("DELETE FROM links")
        with pytest.raises(SQLAlchemyError, match=r"read-?only"):
            connection.execute(delete)
