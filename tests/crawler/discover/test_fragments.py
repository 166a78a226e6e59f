"""The answers to a "load more", in the forms that scripts are given."""

import json

import pytest

from crawler.discover.fragments import page_of
from crawler.discover.links import article_links
from crawler.discover.paging import next_page
from pipelines.html.parse import parse

SITE = "https://portal.test"
PATH = "/tin/xa-mo-rong-duong-lien-thon-4711.html"
TITLE = "Xã mở rộng đường liên thôn"
ROW = {"link": PATH, "title": {"rendered": TITLE}, "created_at": "05/02/2024"}


@pytest.mark.parametrize(
    "answer",
    [
        {"html": f"<li><a href='{PATH}'>{TITLE}</a> <span>05/02/2024</span></li>", "total": 40},
        {"data": {"items": [ROW, {"id": 3}, None, "x"]}, "success": True},
        [{"Url": PATH, "TieuDe": TITLE, "NgayDang": "05/02/2024"}],
    ],
)
def test_json_that_lists_articles_is_read_as_a_page(answer: object) -> None:
    page = page_of(b"\xef\xbb\xbf" + json.dumps(answer).encode())
    assert page is not None
    (link,) = article_links(parse(page, {}).tree, SITE + "/api/tin?trang=2")
    assert (link.url, link.title, link.date) == (SITE + PATH, TITLE, "05/02/2024")


def test_the_next_page_that_an_answer_names_is_asked() -> None:
    page = page_of(json.dumps({"data": [ROW], "next_page_url": "/api/tin?trang=3"}).encode())
    assert page is not None
    following = next_page(parse(page, {}).tree, SITE + "/api/tin?trang=2", 2)
    assert following is not None and following.url == SITE + "/api/tin?trang=3"


@pytest.mark.parametrize("body", [b"<html><body>{}</body></html>", b"", b"{'a': 1}", b"[" * 99_999, b"x"])
def test_what_is_no_json_is_left_as_it_is(body: bytes) -> None:
    assert page_of(body) is None


def test_marks_in_a_title_stay_text() -> None:
    page = page_of(json.dumps([{"url": PATH, "title": "A <b>& 'B' \ud83d"}]).encode())
    assert page is not None and b"<b>" not in page
