"""Articles in several pages, crawled for real: one article with all of its text, and a capture a page."""

from __future__ import annotations

import gzip
import json
import sqlite3
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.crawler.nights import ROOT, Nights
from tests.crawler.site import Answer, serve

pytestmark = pytest.mark.slow

Pages = dict[str, str]
PLACES = ("cầu treo", "trạm bơm", "trường nội trú", "chợ phiên", "đập tràn", "đường liên bản", "trạm y tế")
TITLE = "Những công trình làm đổi thay các bản vùng cao của huyện sau mười năm"
SLUG = "/nhung-cong-trinh-lam-doi-thay-cac-ban/"


def told(number: int, part: int) -> str:
    """A paragraph that stands on no other page."""
    place = PLACES[(number + part) % len(PLACES)]
    return (
        f"Phần {part}, đoạn {number}: {place} thứ {number * 10 + part} khởi công tháng {number + 1} năm "
        f"2021, do {part + 2} bản cùng góp ngày công, nay phục vụ {number * 37 + part * 11} hộ dân quanh năm."
    )


def body(part: int, lines: int = 4) -> str:
    return "".join(f"<p>{told(number, part)}</p>" for number in range(lines))


def page(text: str, pager: str = "", below: str = "", title: str = TITLE) -> str:
    return (
        f'<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>{title}</title></head><body>'
        f'<h1>{title}</h1><p class="ngay">Ngày đăng: 12/03/2024 08:15</p>'
        f'<div class="noi-dung">{text}</div>{pager}{below}</body></html>'
    )


def pager(base: str, parts: int, at: int) -> str:
    links = (
        f'<a href="{base}{n}/">{n}</a>' if n > 1 else f'<a href="{base}">1</a>' for n in range(1, parts + 1)
    )
    shown = " ".join(f"<span>{n}</span>" if n == at else link for n, link in enumerate(links, 1))
    return f'<div class="page-links">Trang: {shown}</div>'


def parts_of(base: str, parts: int) -> Pages:
    addresses = [base, *(f"{base}{n}/" for n in range(2, parts + 1))]
    return {path: page(body(n), pager(base, parts, n)) for n, path in enumerate(addresses, 1)}


def listing(*paths: str) -> Pages:
    links = "".join(f'<li><a href="{path}">{TITLE}</a> <span>12/03/2024</span></li>' for path in paths)
    return {"/tin-tuc": f"<html><body><h1>Tin tức</h1><ul>{links}</ul></body></html>"}


def answering(pages: Pages, *, tagged: bool = True, failing: set[str] | None = None) -> Callable[..., Answer]:
    def answer(path: str, sent: dict[str, str]) -> Answer:
        if failing and path in failing:
            return Answer(b"", 500)
        if path not in pages:
            return Answer(b"", 404)
        tag = f'"{sha256(pages[path].encode()).hexdigest()[:12]}"'
        if tagged and sent.get("If-None-Match") == tag:
            return Answer(b"", 304, {"ETag": tag})
        headers = {"Content-Type": "text/html; charset=utf-8"} | ({"ETag": tag} if tagged else {})
        return Answer(pages[path].encode(), headers=headers)

    return answer


SETTINGS = 'family = "generic"\nsections = ["/tin-tuc"]\ndelay = 0'


def rows(data: Path, query: str) -> list[Any]:
    with closing(sqlite3.connect(data / "archive.db")) as archive:
        return archive.execute(query).fetchall()


def kept(data: Path) -> list[Any]:
    columns = (
        "url, title, lead, body, v.flags, v.parts, v.fetched_at, number, content_hash, folded, v.warc_offset"
    )
    return rows(
        data, f"SELECT {columns} FROM versions v JOIN articles a ON a.id = v.article_id ORDER BY url, number"
    )


def text(row: Any) -> str:
    return f"{row[2] or ''}\n{row[3]}"


def huyen(nights: Nights, *command: str, data: Path | None = None) -> str:
    environment = nights.environment | ({"HUYEN_DATA": str(data)} if data else {})
    done = subprocess.run(
        [sys.executable, "-m", "crawler.cli", *command],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stderr
    assert "Traceback" not in done.stderr, done.stderr
    return done.stdout + done.stderr


def replayed(nights: Nights) -> Path:
    """An archive that a replay of all files has built anew."""
    fresh = nights.data.with_name("fresh")
    (fresh / "warc").mkdir(parents=True)
    for path in sorted((nights.data / "warc").iterdir()):
        (fresh / "warc" / path.name).write_bytes(path.read_bytes())
    huyen(nights, "replay", str(fresh / "warc"), data=fresh)
    return fresh


def test_one_article_with_all_its_pages(tmp_path: Path) -> None:
    pages = parts_of(SLUG, 3) | listing(SLUG)
    with serve(answering(pages)) as site:
        nights = Nights(tmp_path, site.url, SETTINGS)
        run = nights.crawl()
        assert run["counts"]["new"] == 1, run
        (row,) = kept(nights.data)
        assert row[0] == f"{site.url}{SLUG}"
        for part in (1, 2, 3):
            assert all(told(number, part) in text(row) for number in range(4))
        assert json.loads(row[4]) == []
        assert [part["url"] for part in json.loads(row[5])] == [f"{site.url}{SLUG}{n}/" for n in (2, 3)]
        captures = rows(
            nights.data, "SELECT url, outcome FROM captures WHERE outcome IS NOT NULL ORDER BY id"
        )
        assert [outcome for _, outcome in captures] == ["new", "part", "part"]
        first = site.paths()
        assert first.count(f"{SLUG}2/") == first.count(f"{SLUG}3/") == 1
        assert kept(replayed(nights)) == kept(nights.data)
        nights.pass_days(1)
        assert nights.crawl()["counts"].get("changed") is None
        asked = site.paths()[len(first) :]
        assert SLUG in asked
        assert not [path for path in asked if path.startswith(f"{SLUG}2")]
    assert len(kept(nights.data)) == 1
    assert "2 files, " in huyen(nights, "verify")
    package = tmp_path / "bai.wacz"
    huyen(nights, "export", "--format", "wacz", "-o", str(package))
    with zipfile.ZipFile(package) as packed:
        records = b"".join(packed.read(name) for name in packed.namelist() if name.endswith(".warc.gz"))
    assert f"Target-URI: {site.url}{SLUG}3/".encode() in gzip.decompress(records)
    with closing(sqlite3.connect(nights.data / "archive.db")) as archive, archive:
        archive.execute("DELETE FROM captures WHERE url LIKE '%/3/'")
    assert "has no capture of" in huyen(nights, "verify")


def test_pages_without_validators_and_one_that_changes(tmp_path: Path) -> None:
    pages = parts_of(SLUG, 3) | listing(SLUG)
    with serve(answering(pages, tagged=False)) as site:
        nights = Nights(tmp_path, site.url, SETTINGS)
        nights.crawl()
        before = len(site.paths())
        nights.pass_days(1)
        nights.crawl()
        asked = site.paths()[before:]
        assert SLUG in asked
        assert f"{SLUG}2/" not in asked
        nights.pass_days(2)
        pages[SLUG] = page(body(1) + "<p>Đính chính: số hộ là theo thống kê của huyện cuối năm ngoái.</p>",
                           pager(SLUG, 3, 1))  # fmt: skip
        nights.crawl()
        first, second = kept(nights.data)
        assert told(3, 3) in text(first)
        assert told(3, 3) in text(second)
        assert "Đính chính" in text(second)
        revisits = "SELECT outcome, revisit FROM captures WHERE outcome = 'part' ORDER BY id"
        assert rows(nights.data, revisits) == [("part", 0), ("part", 0), ("part", 1), ("part", 1)]


def test_a_page_that_fails_is_asked_again_and_makes_no_version(tmp_path: Path) -> None:
    pages, failing = parts_of(SLUG, 3) | listing(SLUG), {f"{SLUG}3/"}
    with serve(answering(pages, failing=failing)) as site:
        nights = Nights(tmp_path, site.url, SETTINGS)
        nights.crawl("-s", "RETRY_TIMES=0")
        (row,) = kept(nights.data)
        assert told(3, 2) in text(row)
        assert told(0, 3) not in text(row)
        assert "partial" in json.loads(row[4])
        failing.clear()
        nights.crawl()
        (row,) = kept(nights.data)
        assert told(3, 3) in text(row)
        assert "partial" not in json.loads(row[4])
        assert kept(replayed(nights)) == kept(nights.data)
        failing.add(f"{SLUG}2/")
        nights.pass_days(1)
        pages[SLUG] = page(body(1) + "<p>Thêm một dòng của ban biên tập ở cuối trang đầu tiên.</p>",
                           pager(SLUG, 3, 1))  # fmt: skip
        nights.crawl("-s", "RETRY_TIMES=0")
        assert len(kept(nights.data)) == 1  # a night that lacks pages shows no change
        failing.clear()
        nights.pass_days(1)
        nights.crawl()
        assert [told(3, 3) in text(row) for row in kept(nights.data)] == [True, True]


def test_a_page_that_is_not_there_stays_missing(tmp_path: Path) -> None:
    pages = parts_of(SLUG, 3) | listing(SLUG)
    del pages[f"{SLUG}3/"]
    with serve(answering(pages)) as site:
        nights = Nights(tmp_path, site.url, SETTINGS)
        nights.crawl()
        (row,) = kept(nights.data)
        assert told(3, 2) in text(row)
        assert "partial" in json.loads(row[4])
        assert kept(replayed(nights)) == kept(nights.data)


def test_a_page_with_all_of_it_is_used_where_it_is_whole(tmp_path: Path) -> None:
    link = f'<a href="{SLUG}?view=all">Xem toàn bộ bài viết</a>'
    pages = listing(SLUG) | {
        path: text.replace("</body>", f"{link}</body>") for path, text in parts_of(SLUG, 3).items()
    }
    short = dict(pages)
    pages[f"{SLUG}?view=all"] = page(body(1) + body(2) + body(3))
    short[f"{SLUG}?view=all"] = page(
        "<p>Trang bạn tìm đang được bảo trì, xin mời quay lại vào lúc khác nhé.</p>"
    )
    lost = {path: text for path, text in pages.items() if "view" not in path}
    lost |= {"/robots.txt": "User-agent: *\nDisallow: /*view=all\n"}
    for folder, site_pages, asked in (("whole", pages, 0), ("short", short, 1), ("lost", lost, 1)):
        with serve(answering(site_pages)) as site:
            nights = Nights(tmp_path / folder, site.url, SETTINGS)
            nights.crawl()
            (row,) = kept(nights.data)
            lines = text(row).split("\n")
            assert [lines.count(told(n, p)) for p in (1, 2, 3) for n in range(4)] == [1] * 12
            assert json.loads(row[4]) == []
            assert site.paths().count(f"{SLUG}2/") == asked
            assert kept(replayed(nights)) == kept(nights.data)


def test_a_pager_of_something_else_adds_nothing(tmp_path: Path) -> None:
    others = [f"/bai-khac-trong-tuan-cua-huyen-so-{n}/" for n in range(6)]
    related = "".join(f'<li><a href="{path}">Tin vắn số {n}</a></li>' for n, path in enumerate(others))
    below = f'<ul>{related}</ul><p>1 <a href="?page=2">2</a> <a href="?page=3">3</a></p>'
    comments = '<div id="comments"><p>Hay quá!</p><p>1 <a href="?page=2">2</a></p></div>'
    pages = listing(SLUG) | {
        SLUG: page(body(1), below=below),
        f"{SLUG}?page=2": page(body(1), below=comments),
    }
    with serve(answering(pages)) as site:
        nights = Nights(tmp_path, site.url, SETTINGS)
        nights.crawl()
        (row,) = [row for row in kept(nights.data) if row[0].endswith(SLUG)]
        assert text(row).split("\n").count(told(1, 1)) == 1
        assert json.loads(row[4]) == []
        assert not json.loads(row[5] or "[]")
        assert site.paths().count(f"{SLUG}?page=3") == 0


def test_a_saved_page_says_which_one_it_is(tmp_path: Path) -> None:
    saved = tmp_path / "trang.html"
    nights = Nights(tmp_path / "one", "http://127.0.0.1:1", SETTINGS)
    links = '<p>1 <a href="?page=2">2</a> <a href="?page=3">3</a></p>'
    saved.write_text(page(body(1), links), encoding="utf-8")
    said = huyen(nights, "read", str(saved))
    assert "page 1 of 3" in said
    assert "flags: partial" in said
    read = json.loads(huyen(nights, "read", str(saved), "--json"))
    assert read["page"] == {"number": 1, "of": 3}
    saved.write_text(page(body(2), pager(SLUG, 3, 2)), encoding="utf-8")
    later = json.loads(huyen(nights, "read", str(saved), "--json", "--url", f"http://127.0.0.1:1{SLUG}2/"))
    assert later["page"] == {"number": 2, "of": 3}
    assert "partial" in later["flags"]


def test_a_killed_crawl_goes_on_with_the_next_page(tmp_path: Path) -> None:
    pages = parts_of(SLUG, 4) | listing(SLUG)
    reached = threading.Event()

    def answer(path: str, sent: dict[str, str]) -> Answer:
        if path == f"{SLUG}3/" and not reached.is_set():
            reached.set()
            time.sleep(20)
        return answering(pages)(path, sent)

    with serve(answer) as site:
        nights = Nights(tmp_path, site.url, SETTINGS)
        crawl = nights.start()
        assert reached.wait(60)
        crawl.kill()
        crawl.wait()
        assert crawl.stderr is not None
        crawl.stderr.close()
        assert not kept(nights.data)
        before = len(site.paths())
        nights.crawl()
        (row,) = kept(nights.data)
        assert all(told(number, part) in text(row) for part in (1, 2, 3, 4) for number in range(4))
        assert json.loads(row[4]) == []
        asked = site.paths()[before:]
        assert [f"{SLUG}{n}/" in asked for n in (2, 3, 4)] == [False, True, True]
        assert kept(replayed(nights)) == kept(nights.data)
