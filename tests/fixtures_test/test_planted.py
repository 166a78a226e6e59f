"""Planted behaviour, each on a tiny set of articles of its own."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from fixtures.server import FixtureServer
from fixtures.truth import truth
from tests.fixtures_test.client import ask

pytestmark = pytest.mark.slow

ARTICLE = """
[[article]]
portal = "{portal}"
key = "{key}"
section = "{section}"
title = "Xã Kỳ Đồng điều chỉnh lịch tưới ruộng đợt {key}"
published = 2021-03-04T07:05:00+07:00
lead = "Sáng 3/3, xã họp bàn việc điều tiết nước."
body = '''
Nước được mở từ 5 giờ sáng, ưu tiên xứ đồng cao.

IMG| Bà con khơi kênh dẫn nước

TABLE|Xứ đồng;Diện tích|Đồng Trại;12,5

LIST|Khơi kênh;Đắp bờ

FILE|ke-hoach.pdf|Kế hoạch tưới
'''
flags = {flags}
"""
PLANTED = [
    ("do-luong-vnpt", "kinh-te", "nfd", ["nfd"]),
    ("do-luong-vnpt", "kinh-te", "to-home", ["to-home"]),
    ("do-luong-wp", "tin-tuc", "twin", ["twin:ban-dang-lai"]),
    ("do-luong-wp", "tin-tuc", "spam", ["spam", "comments"]),
    ("gia-vien", "kinh-te-xa-hoi", "cp1258", ["windows-1258"]),
    ("gia-vien", "kinh-te-xa-hoi", "soft", ["soft-404"]),
    ("gia-vien", "kinh-te-xa-hoi", "plain", []),
    ("ly-nhan", "thong-bao", "plain", []),
    ("ky-anh", "van-ban-chi-dao", "session", ["session", "print"]),
    ("yen-thanh", "doi-song", "plain", []),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    text = "".join(ARTICLE.format(portal=p, section=s, key=k, flags=f) for p, s, k, f in PLANTED)
    (tmp_path / "sample.toml").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def server(folder: Path) -> Iterator[FixtureServer]:
    with FixtureServer(0, folder=folder) as running:
        yield running


def test_nfd_page_differs_from_nfc_by_code_points_only(server: FixtureServer) -> None:
    page = ask(server.article_url("do-luong-vnpt", "nfd")).html
    line = "Nước được mở từ 5 giờ sáng"
    assert line not in page
    assert unicodedata.normalize("NFD", line) in page


def test_windows_1258_page_decodes_to_the_text_after_nfc(server: FixtureServer, folder: Path) -> None:
    answer = ask(server.article_url("gia-vien", "cp1258"))
    assert answer.headers["content-type"] == "text/html; charset=windows-1258"
    entry = next(entry for entry in truth("gia-vien", folder) if entry["key"] == "cp1258")
    text = unicodedata.normalize("NFC", answer.text)
    assert answer.text != text
    for line in [entry["title"], entry["body"][0], *entry["captions"]]:
        assert line in text


def test_hidden_links_and_comments_stand_in_the_page(server: FixtureServer) -> None:
    page = ask(server.article_url("do-luong-wp", "spam")).html
    assert re.search(r'<div style="display:none"><a href="https://nha-cai', page)
    assert "comment-list" in page


def test_a_page_posted_twice_is_listed_and_served_at_both_addresses(server: FixtureServer) -> None:
    first, second = truth("do-luong-wp", server.folder)[0]["paths"]
    assert second == "/ban-dang-lai/"
    links = ask(server.url("do-luong-wp", "/?cat=11")).links
    assert {first, second} <= set(links)
    assert ask(server.url("do-luong-wp", second)).status == 200


def test_soft_404_and_redirect_home_are_linked_and_lead_nowhere(server: FixtureServer) -> None:
    soft = ask(server.article_url("gia-vien", "soft"))
    assert soft.status == 200 and "không tồn tại" in soft.html and "Nước được mở" not in soft.html
    home = ask(server.article_url("do-luong-vnpt", "to-home"))
    assert (home.status, home.headers["location"]) == (302, "/")
    path = server.article_url("gia-vien", "soft").removeprefix(server.url("gia-vien"))
    assert path in ask(server.url("gia-vien", "/kinh-te-xa-hoi")).links


def test_session_links_are_new_on_every_page_and_lead_to_one_article(server: FixtureServer) -> None:
    def flagged() -> set[str]:
        page = ask(server.url("ky-anh", "/kyanh/portal/folder/van-ban-chi-dao/1.html"))
        return {link for link in page.links if "jsessionid" in link or "sid=" in link}

    once, again = flagged(), flagged()
    assert len(once) == 2 and not once & again
    assert {ask(server.url("ky-anh", link)).html.count("Nước được mở từ") for link in once} == {1}


def test_print_view_is_linked_and_holds_the_text_without_the_page_around_it(server: FixtureServer) -> None:
    links = ask(server.article_url("ky-anh", "session")).links
    view = ask(server.url("ky-anh", next(link for link in links if "/print/" in link)))
    assert view.status == 200 and "Nước được mở từ" in view.html and len(view.body) < 5_000


@pytest.mark.parametrize(
    ("portal", "start", "pattern"),
    [
        ("ky-anh", "/kyanh/portal/lich-cong-tac?thang=12&nam=2026", "thang=1&nam=2027"),
        ("yen-thanh", "/lich/2026/12", "/lich/2027/01"),
    ],
)
def test_the_calendar_has_no_end(server: FixtureServer, portal: str, start: str, pattern: str) -> None:
    page = ask(server.url(portal, start))
    onward = next(link for link in page.links if link.endswith(pattern))
    assert ask(server.url(portal, onward)).status == 200


def test_the_language_switch_appends_to_the_current_path_for_ever(server: FixtureServer) -> None:
    url = server.article_url("yen-thanh", "plain")
    for _ in range(3):
        page = ask(url)
        assert "Nước được mở từ" in page.html
        url = server.url("yen-thanh", next(link for link in page.links if link.endswith("/en")))
    assert url.endswith("/en/en/en")


def test_truth_says_how_blocks_read(server: FixtureServer, folder: Path) -> None:
    entry = next(entry for entry in truth("ly-nhan", folder))
    assert entry["body"] == [
        "Nước được mở từ 5 giờ sáng, ưu tiên xứ đồng cao.",
        "Xứ đồng | Diện tích",
        "Đồng Trại | 12,5",
        "Khơi kênh",
        "Đắp bờ",
    ]
    assert entry["attachments"] == [{"name": "ke-hoach.pdf", "title": "Kế hoạch tưới", "type": "pdf"}]
    assert (entry["published"], entry["precision"], entry["printed_by"]) == ("2021-03-04", "day", "listing")


@pytest.mark.parametrize(
    ("portal", "value"), [("do-luong-vnpt", "2021-03-04"), ("ky-anh", "2021-03-04T07:05:00+07:00")]
)
def test_truth_is_as_precise_as_the_page(portal: str, value: str, folder: Path) -> None:
    assert truth(portal, folder)[0]["published"] == value
