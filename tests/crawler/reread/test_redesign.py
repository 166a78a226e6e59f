"""A portal gets a new template between two nights: its pages differ in every byte, its articles in none."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from html import escape
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from storage.database import open_database
from storage.export.export import export
from tests.crawler.nights import ROOT, Nights
from tests.crawler.site import Answer, serve
from tests.pipelines.repeating import HOTLINE, NOTICE, texts

pytestmark = pytest.mark.xdist_group("redesign")  # three nights serve all tests of this file
COUNT = 60
TEXTS = list(islice(texts(), COUNT))
FIRST = date(2023, 3, 1)
SIGNED = ("Minh Đức", "Thu Hà", "Lê Hoàng")
EDITED = 7  # the article whose author changes a paragraph between the second and the third night
ADDED = "Ủy ban nhân dân huyện đính chính: số hộ được hỗ trợ trong đợt này là 87, không phải 78 như đã đưa."


def day(number: int) -> date:
    return FIRST + timedelta(days=3 * number)


def path(number: int) -> str:
    return f"/tin-tuc/ban-tin-cua-huyen-nha-so-{1000 + number}.html"


def old(number: int) -> str:
    """A template whose box of the text also holds a trail, the date, a counter and its neighbours."""
    title, prose = TEXTS[number]
    before = TEXTS[(number - 1) % COUNT][0]
    lead, *rest = prose
    text = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in rest)
    return (
        f"<html><head><title>{escape(title)} - Huyện nhà</title></head><body><div class='dau'>Huyện nhà</div>"
        f"<h1>{escape(title)}</h1><div class='noi-dung'>"
        f"<p>Trang chủ » Kinh tế » {escape(title)}</p><p>Ngày đăng: {day(number):%d/%m/%Y} 09:20</p>"
        f"<p><b>{escape(lead)}</b></p>{text}<p align='right'><b>{SIGNED[number % 3]}</b></p>"
        f"{HOTLINE.format(visits=4_000 + 37 * number)}"
        f"<p><a href='{path((number - 1) % COUNT)}'>{escape(before)}</a></p></div>"
        f"<div class='cuoi'>© UBND huyện. Ghi rõ nguồn khi phát lại.</div></body></html>"
    )


def new(number: int) -> str:
    """Another one: the first paragraph is marked as introduction, nobody signs, notices stand elsewhere."""
    title, prose = TEXTS[number]
    after = TEXTS[(number + 1) % COUNT][0]
    lead, *rest = prose
    text = "".join(f"<div>{escape(paragraph)}</div>" for paragraph in rest)
    return (
        f"<!DOCTYPE html><html><head><title>{escape(title)}</title></head><body><header>Huyện nhà</header>"
        f"<main><section class='doc-bai'><p>Huyện nhà / Tin tức / {escape(title)}</p><h2>{escape(title)}</h2>"
        f"<time>Thứ Hai, {day(number):%d-%m-%Y}</time><div class='sapo'>{escape(lead)}</div>"
        "<div class='than-bai'><p>Chuyên trang học tập và làm theo tư tưởng, đạo đức của Bác trong huyện.</p>"
        f"{text}{NOTICE}<p>Đã có {311 + 13 * number} lượt người đọc bài viết này trên điện thoại của mình</p>"
        f"<p>Bài kế tiếp: <a href='{path((number + 1) % COUNT)}'>{escape(after)}</a></p></div></section>"
        "</main><footer>Bản quyền thuộc UBND huyện</footer></body></html>"
    )


class Crawled(NamedTuple):
    nights: Nights
    counts: list[dict[str, int]]

    def rows(self, data: Path | None = None) -> list[dict[str, Any]]:
        folder = data or self.nights.data
        with closing(open_database(f"sqlite:///{folder / 'archive.db'}")) as database:
            export(database, folder / "export.jsonl", "jsonl")
        lines = map(json.loads, (folder / "export.jsonl").read_text(encoding="utf-8").splitlines())
        return [{name: row[name] for name in row if name != "run_id"} for row in lines]

    def replay(self, warc: Path, data: Path) -> dict[str, Any]:
        environment = self.nights.environment | {"HUYEN_DATA": str(data)}
        command = [sys.executable, "-m", "crawler.cli", "replay", "--json", str(warc)]
        ran = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stderr
        report: dict[str, Any] = json.loads(ran.stdout)
        return report


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    """Four nights: the old template, the new one twice, and one with a paragraph that its author added."""
    night = 0
    listing = "".join(
        f"<li><h3><a href='{path(n)}'>{escape(TEXTS[n][0])}</a></h3></li>" for n in range(COUNT)
    )

    def answer(asked: str, _: dict[str, str]) -> Answer:
        if asked == "/":
            return Answer(f"<html><body><ul>{listing}</ul></body></html>".encode())
        number = next((n for n in range(COUNT) if path(n) == asked), None)
        if number is None:
            return Answer(b"", 404)
        page = old(number) if night == 0 else new(number)
        page = page.replace("</body>", f"<!-- {night} --></body>")
        if night == 3 and number == EDITED:
            page = page.replace("<p>Mọi hành vi", f"<div>{ADDED}</div><p>Mọi hành vi")
        return Answer(page.encode())

    with serve(answer) as site:
        nights, counts = Nights(tmp_path_factory.mktemp("redesign"), site.url), []
        while night < 4:
            counts.append(nights.crawl("-a", "full=1")["counts"])
            night += 1
        yield Crawled(nights, counts)


def test_no_article_gets_a_version_from_a_new_template(crawled: Crawled) -> None:
    assert crawled.counts[0]["new"] == COUNT
    for night in (1, 2):
        assert "changed" not in crawled.counts[night]
        assert crawled.counts[night]["unchanged"] == COUNT


def test_a_paragraph_that_its_author_adds_afterwards_is_a_version(crawled: Crawled) -> None:
    assert crawled.counts[3]["changed"] == 1
    (edited,) = [row for row in crawled.rows() if row["version"] > 1]
    assert edited["url"].endswith(path(EDITED))
    assert ADDED in edited["body"].split("\n")


def test_each_article_is_read_as_it_was_written(crawled: Crawled) -> None:
    rows = {row["url"].removeprefix(crawled.nights.url): row for row in crawled.rows()}
    for number, (title, prose) in enumerate(TEXTS):
        row = rows[path(number)]
        body = [text for text in [row["lead"], *row["body"].split("\n")] if text not in (None, ADDED)]
        assert (row["title"], body) == (title, prose)
        assert row["published_at"][:10] == day(number).isoformat()


def test_a_replay_of_all_nights_learns_the_same(crawled: Crawled, tmp_path: Path) -> None:
    shutil.copytree(crawled.nights.data / "warc", tmp_path / "warc")
    crawled.replay(tmp_path / "warc", tmp_path)
    own = {"fetched_at", "first_seen_at", "last_seen_at"}  # the test made the archive older
    told = [
        [{name: row[name] for name in row if name not in own} for row in crawled.rows(data)]
        for data in (tmp_path, None)
    ]
    assert told[0] == told[1]


def test_a_replay_into_its_own_archive_changes_nothing(crawled: Crawled) -> None:
    before = crawled.rows()
    report = crawled.replay(crawled.nights.data / "warc", crawled.nights.data)
    assert not {"new", "changed", "reread", "lost", "settled"} & report["counts"].keys(), report["samples"]
    assert crawled.rows() == before
