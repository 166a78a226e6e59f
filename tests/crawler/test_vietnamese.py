"""A crawl and the commands that look at it, in Vietnamese: no English word is left; JSON stays English."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.cli import main
from crawler.night.alerts import letter, subject
from crawler.night.summary import refused
from storage.language.messages import message, speaking
from tests.crawler.site import Answer, Site, serve
from tests.english import english

pytestmark = pytest.mark.slow
Huyen = Callable[..., tuple[int, str, str]]

ENTRY = """
[{name}]
name = "{written}"
kind = "huyện"
code = "{code}"
[[{name}.portals]]
url = "{url}"
family = "generic"
sections = ["/tin"]
delay = 0
"""
ARTICLE = """<html><body><h1>{title}</h1><p class="ngay">Thứ Hai, 23/10/2023 08:15</p><div class="noi-dung">
<p>Sáng nay, bà con thôn Hạ đã dồn điền xong {n} thửa ruộng ở cánh đồng Nẻ và bắt đầu đào mương mới.</p>
<p>Hợp tác xã cho biết nước về đồng sớm hơn mọi năm mười ngày, đủ cho cả vụ đông và vụ xuân tới.</p>
<p>Xã dự kiến cứng hóa thêm hai cây số kênh trước mùa mưa, kinh phí do dân và tỉnh cùng góp.</p>
</div></body></html>"""
NAMES = {  # of keys and columns, which are the same in every language
    "district": {"sections", "status"},
    "column": {"district", "province", "portal", "version", "status"},
}
TITLES = {
    "/tin/thon-ha-don-dien-xong-truoc-vu-dong-20411.html": "Thôn Hạ dồn điền xong trước vụ đông",
    "/tin/hop-tac-xa-nao-vet-kenh-ne-truoc-mua-mua-20412.html": "Hợp tác xã nạo vét kênh Nẻ trước mùa mưa",
    "/tin/truong-lang-co-thu-vien-moi-cho-tre-em-20413.html": "Trường làng có thư viện mới cho trẻ em",
}


def answer(path: str, headers: dict[str, str]) -> Answer:
    html = {"Content-Type": "text/html; charset=utf-8"}
    if path in ("/", "/tin"):
        links = "".join(f'<h3><a href="{url}">{title}</a></h3>' for url, title in TITLES.items())
        return Answer(f"<html><body>{links}</body></html>".encode(), headers=html)
    if path in TITLES:
        return Answer(ARTICLE.format(title=TITLES[path], n=len(path)).encode(), headers=html)
    return Answer(b"", 404)


def shut(path: str, headers: dict[str, str]) -> Answer:
    return Answer(b"", 404 if path == "/robots.txt" else 403)


@pytest.fixture
def sites(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Site, Site]]:
    """A portal that answers, one that refuses, and a folder with their registry."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("HUYEN_")]:
        monkeypatch.delenv(name)
    with serve(answer) as good, serve(shut) as bad:
        entries = [("ha", "Hạ", "901", good.url), ("thuong", "Thượng", "902", bad.url)]
        text = "".join(ENTRY.format(name=n, written=w, code=c, url=u) for n, w, c, u in entries)
        (tmp_path / "registry").mkdir()
        (tmp_path / "registry" / "tinh-nha.toml").write_text(text, encoding="utf-8")
        (tmp_path / "huyen.toml").write_text(
            'HUYEN_LANG = "vi"\nHUYEN_REGISTRY = "registry"\n'
            'HUYEN_CONTACT = "a@example.org"\nHUYEN_MIN_FREE_MB = "10"\n'
        )
        yield good, bad


@pytest.fixture
def huyen(capsys: pytest.CaptureFixture[str]) -> Huyen:
    def run(*arguments: str) -> tuple[int, str, str]:
        return main(list(arguments)), *capsys.readouterr()

    return run


def test_no_english_is_left_in_what_the_commands_print(sites: tuple[Site, Site], huyen: Huyen) -> None:
    status, out, err = huyen("crawl", "--all", "--no-files")
    assert status == 1
    assert "2 cổng: 1 hỏng, 1 bình thường; bài viết: 1 mới, 0 có sửa, 0 không đổi, 2 trùng" in out
    assert "máy chủ từ chối truy cập" in err
    assert "nhật ký:" in err
    printed = {"crawl": out + err}
    for name, arguments, expected, words in (
        ("runs", ["runs"], 0, "bình thường"),
        ("run", ["runs", "1"], 0, "địa chỉ theo kết quả"),
        ("districts", ["districts"], 0, "2 cổng: 2 đang hoạt động"),
        ("district", ["districts", "ha"], 0, "tuân theo robots.txt"),
        ("verify", ["verify"], 0, "bản lưu"),
        ("search", ["search", "kênh"], 0, "Hạ"),
        ("nothing", ["search", "máy bay"], 0, "không tìm thấy gì"),
        ("duplicates", ["duplicates"], 0, "2 bài gần giống"),
        ("export", ["export", "-o", "out/x.csv"], 2, "không có thư mục"),
        ("format", ["export", "-o", "x.csv", "--format", "xlsx"], 2, "hãy bỏ một trong hai"),
        ("column", ["export", "--columns", "nghia"], 2, "không có cột 'nghia'"),
        ("dates", ["export", "--from", "2024", "--to", "2023"], 2, "hãy đổi chỗ hai ngày"),
        ("district?", ["crawl", "hạ-long"], 2, "danh bạ không có huyện"),
        ("report", ["report"], 0, "2 cổng (1 hỏng, 1 bình thường)"),
        ("config", ["config"], 0, "mặc định"),
        ("db", ["db", "check"], 0, "đúng phiên bản; 0 lỗi"),
        ("replay", ["replay", "data/warc", "--dry-run"], 0, "chạy thử: không có gì bị thay đổi"),
        ("backup", ["backup", "copy.db"], 0, "không gồm các tệp WARC"),
        ("doctor", ["doctor"], 0, "cơ sở dữ liệu"),
    ):
        status, out, err = huyen(*arguments)
        assert (name, status) == (name, expected), out + err
        assert words in out + err, name
        printed[name] = out + err
    left = {name: set(english(text)) - NAMES.get(name, set()) for name, text in printed.items()}
    assert {name: words for name, words in left.items() if words} == {}
    _, out, _ = huyen("runs", "--json")
    said = [sentence for run in json.loads(out) for sentence in run["evidence"]]
    assert any("the server refuses us" in sentence and "http_403" in sentence for sentence in said), said


def test_a_mail_is_vietnamese() -> None:
    why = message("only {free} MB are free in {folder}; a crawl needs {needed} (HUYEN_MIN_FREE_MB)",
                  free=3, folder="/srv", needed=1024)  # fmt: skip
    told = refused(why, datetime(2026, 11, 21, 18, 15, tzinfo=UTC))
    assert "only 3 MB are free" in told["stopped_because"]
    with speaking("vi"):
        head, body = subject(told), letter(told)
    assert english(head + body) == []
    assert "không bắt đầu" in head
    assert "chỉ còn trống 3 MB trong /srv" in body
    assert "huyen doctor" in body
