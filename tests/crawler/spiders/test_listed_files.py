"""Documents that a section lists as if they were articles: kept as such, and the same after a replay."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from storage.database import open_database
from storage.export.export import export
from tests.crawler.nights import ROOT, Nights, article, path, title
from tests.crawler.site import Answer, serve

PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n"
WORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + "WordDocument".encode("utf-16-le") + bytes(80)
FILES = {
    "/vanban/2023/kh-17.pdf": ("Kế hoạch phòng cháy rừng mùa khô của xã Vạn Tịnh", "04/03/2023", PDF),
    "/vanban/2023/gm-08.doc": ("Giấy mời họp tổ công tác nước sạch", "02/03/2023", WORD),
    "/vanban/2022/nq-03.pdf": ("Nghị quyết về mức thu vệ sinh ở chợ phiên", "27/12/2022", PDF + b"\n%2"),
}
DAY = date(2023, 3, 1)


def section() -> bytes:
    rows = "".join(
        f"<tr><td><a href='{url}'>{name}</a></td><td>{day}</td></tr>" for url, (name, day, _) in FILES.items()
    )
    # An article with its file, a button without a title, forms beside the list: none is an article.
    rows += (
        f"<tr><td><a href='{path(1)}'>{title(1)}</a> <a href='/tep/phu-luc-1.pdf'>Tải về</a></td>"
        "<td>01/03/2023</td></tr>"
        "<tr><td><a href='/tep/lich-tuan-9.pdf'>Xem</a></td><td>28/02/2023</td></tr>"
    )
    beside = (
        "<div class='bieu-mau'><a href='/mau/don-xin-cap-so-nha-moi.doc'>Đơn xin cấp số nhà mới</a></div>"
    )
    return f"<html><body><h1>Văn bản mới</h1><table>{rows}</table>{beside}</body></html>".encode()


def answer(asked: str, _: dict[str, str]) -> Answer:
    if asked == "/van-ban":
        return Answer(section())
    if asked in FILES:
        kind = "application/pdf" if asked.endswith("pdf") else "application/octet-stream"
        return Answer(FILES[asked][2], headers={"Content-Type": kind})
    return Answer(article(1, DAY)) if asked == path(1) else Answer(b"<h1>404</h1>", 404)


def rows(data: Path) -> list[dict[str, Any]]:
    with closing(open_database(f"sqlite:///{data / 'archive.db'}")) as database:
        export(database, data / "out.jsonl", "jsonl")
    return [json.loads(line) for line in (data / "out.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.mark.slow
@pytest.mark.parametrize("family", ["generic", "wordpress"])
def test_they_are_articles_of_one_file_and_survive_a_replay(family: str, tmp_path: Path) -> None:
    with serve(answer) as site:
        lines = f'family = "{family}"\nsections = ["/van-ban"]\ndelay = 0'
        nights = Nights(tmp_path / "a", site.url, lines)
        nights.crawl()
        kept = rows(nights.data)
        before = len(site.asked)
        second = nights.crawl()
        later = site.paths()[before:]
    found = {row["url"].removeprefix(site.url): row for row in kept}
    assert found.keys() - {path(1)} == FILES.keys()
    for url, (name, day, _) in FILES.items():
        row = found[url]
        assert row["title"] == name
        assert row["published_at"] == "-".join(reversed(day.split("/")))
        assert [(file["url"], file["title"]) for file in row["attachments"]] == [(site.url + url, name)]
        assert not row["body"]
    assert second["verdict"] == "quiet"
    assert not FILES.keys() & set(later)

    again = tmp_path / "again"
    done = subprocess.run(
        [sys.executable, "-m", "crawler.cli", "replay", str(nights.data / "warc"), "--jobs", "1"],
        cwd=ROOT, env=nights.environment | {"HUYEN_DATA": str(again)}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    same = ("id", "title", "published_at", "attachments", "status", "version")
    assert [{n: r[n] for n in same} for r in rows(again)] == [{n: r[n] for n in same} for r in kept]
