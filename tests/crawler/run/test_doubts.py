"""Two real nights: a reading in doubt of an article that was read well is no version; a change is one."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.crawler.nights import ROOT, Nights
from tests.crawler.site import Answer, serve

PATH = "/xa-khe-tren-khanh-thanh-cau-treo-moi-512.html"
TITLE = "Xã Khe Trên khánh thành cầu treo mới"
GOOD = [
    "Sáng 12/3, xã Khe Trên khánh thành cây cầu treo dài 64 mét nối hai bờ suối Cái, thay chiếc cầu tre cũ.",
    "Cầu do bà con ba bản góp công, huyện hỗ trợ vật liệu, làm trong bốn tháng và xong trước mùa mưa lũ.",
    "Từ nay học sinh bản Xa đến trường chỉ mất mười phút, không còn phải nghỉ học mỗi khi nước lớn.",
]
LINKS = "".join(
    f"<p>Mục {n}: <a href='/van-ban/{n}'>văn bản {n}</a> của xã năm nay</p>" if n % 2 else f"<p>Số {n}</p>"
    for n in range(1, 15)
)


def page(text: str) -> bytes:
    return (
        f"<html><head><meta charset='utf-8'><title>{TITLE}</title></head><body><h1>{TITLE}</h1>"
        f"<p>Ngày đăng: 12/03/2024</p><div class='noi-dung'>{text}</div></body></html>"
    ).encode()


def paragraphs(lines: list[str]) -> str:
    return "".join(f"<p>{line}</p>" for line in lines)


@pytest.mark.slow
def test_a_doubtful_reading_of_a_page_that_was_read_well_is_no_version(tmp_path: Path) -> None:
    shown = {"now": page(paragraphs(GOOD))}

    def answer(path: str, _: dict[str, str]) -> Answer:
        kind = {"Content-Type": "text/html; charset=utf-8"}
        if path == PATH:
            return Answer(shown["now"], headers=kind)
        if path == "/tin-tuc":
            return Answer(
                f"<h1>Tin</h1><ul><li><a href='{PATH}'>{TITLE}</a></li></ul>".encode(), headers=kind
            )
        return Answer(b"", 404)

    with serve(answer) as site:
        nights = Nights(tmp_path, site.url, 'family = "generic"\nsections = ["/tin-tuc"]\ndelay = 0')

        def huyen(*command: str) -> str:
            call = [sys.executable, "-m", "crawler.cli", *command]
            done = subprocess.run(
                call,
                cwd=ROOT,
                env=nights.environment,
                capture_output=True,
                text=True,
                timeout=120,
                check=True,
            )
            return done.stdout

        def rows() -> list[dict[str, str]]:
            return list(csv.DictReader(io.StringIO(huyen("export", "--columns", "all"), newline="")))

        nights.crawl()
        (first,) = rows()
        assert float(first["confidence"]) >= 0.5
        assert json.loads(first["witnesses"])
        nights.pass_days(1)
        shown["now"] = page(LINKS + paragraphs(GOOD[:1]))
        saved = tmp_path / "trang.html"
        saved.write_bytes(shown["now"])
        told = huyen("read", str(saved), "--url", site.url + PATH, "--explain")
        assert told.startswith("confidence 0.1")  # in doubt, and says so
        nights.crawl()
        (second,) = rows()
        assert (second["version"], second["body"]) == ("1", first["body"])
        nights.pass_days(2)
        shown["now"] = page(
            paragraphs([*GOOD, "Kinh phí làm cầu là 1,2 tỷ đồng, tính cả ngày công của bà con."])
        )
        nights.crawl()
        (third,) = rows()
        assert third["version"] == "2"
        assert "1,2 tỷ đồng" in third["body"]
