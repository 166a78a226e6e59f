"""Portals whose furniture looks like their articles: golden pages with other texts and planted blocks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import NamedTuple

from lxml import html

from fixtures import articles, golden
from storage.text import visible

TEMPLATES = ("wordpress-classic", "drupal-7")
PORTAL = "https://mau.example.gov.vn"
ABOVE = (
    "<p>Trang thông tin điện tử huyện chào mừng quý vị và các bạn đã ghé thăm hôm nay.</p>",
    "<p>Toàn Đảng bộ, chính quyền và nhân dân huyện nhà thi đua lập thành tích chào mừng Đại hội.</p>",
)
BETWEEN = (
    "<div>Tải ứng dụng công dân số của tỉnh trên cửa hàng ứng dụng để theo dõi tin tức nhanh nhất.</div>"
)
NOTICE = (
    "<p>Mọi hành vi sao chép lại nội dung của trang này dưới mọi hình thức phải được sự đồng ý bằng văn bản "
    "của Ủy ban nhân dân huyện; vi phạm sẽ bị xử lý theo quy định của pháp luật về sở hữu trí tuệ.</p>"
)
HOTLINE = (
    "<div>Đường dây nóng 0238.3871.222 phục vụ cả ngày, nay có {visits} lượt khách ghé thăm trang.</div>"
)
BEHIND = (NOTICE, HOTLINE)
PLANTED = (*ABOVE, BETWEEN, *BEHIND)
CAPTION = "Quang cảnh buổi làm việc"


class Case(NamedTuple):
    """A page, and what a perfect reading of it gives."""

    url: str
    body: bytes
    title: str
    paragraphs: list[str]
    captions: list[str]


def cases(template: str, count: int = 20, planted: bool = True) -> list[Case]:
    """`count` articles in the golden page `template`, each with the planted blocks and a picture."""
    return [
        _case(template, number, texts, planted) for number, texts in zip(range(count), texts(), strict=False)
    ]


def texts() -> Iterator[tuple[str, list[str]]]:
    """Title and prose of articles of the fixture portals, three paragraphs or more each."""
    seen = set()
    for portal in ("do-luong-vnpt", "gia-vien", "ly-nhan", "do-luong-wp"):
        for item in articles.load(portal):
            prose = [
                visible(b.text) for b in item.blocks if b.kind == "paragraph" and len(b.text.split()) >= 25
            ]
            if len(prose) >= 3 and item.title not in seen and not set(item.title) & set("-–"):
                seen.add(item.title)
                yield item.title, prose


def _case(template: str, number: int, texts: tuple[str, list[str]], planted: bool) -> Case:
    page, (title, prose) = golden.load(template), texts
    source = page.html.replace(escape(page.expected["title"]), escape(title))
    tree = html.document_fromstring(source)
    held = _elements(tree, page.expected["body"])
    for element in [*held[1:], *_elements(tree, page.expected["captions"])]:
        element.drop_tree()
    first = held[0]
    for paragraph in reversed(prose):
        first.addnext(html.fromstring(f"<p>{escape(paragraph)}</p>"))
    last = first
    for _ in prose:
        last = last.getnext()
    picture = f'<p><img src="/anh/{number}.jpg"></p>', f"<p><em>{CAPTION}</em></p>"
    second = first.getnext().getnext()
    for markup in reversed(picture):
        first.getnext().addnext(html.fromstring(markup))
    if planted:
        for markup in ABOVE:
            first.addprevious(html.fromstring(markup))
        second.addnext(html.fromstring(BETWEEN))
        for markup in reversed(BEHIND):
            last.addnext(html.fromstring(markup.format(visits=12_345 + 678 * number)))
    first.drop_tree()
    body = html.tostring(tree, encoding="utf-8", doctype="<!DOCTYPE html>")
    return Case(f"{PORTAL}/{template}/tin-{number}.html", body, title, prose, [CAPTION])


def _elements(tree: html.HtmlElement, paragraphs: list[str]) -> list[html.HtmlElement]:
    found: Mapping[str, html.HtmlElement] = {
        visible(e.text_content()): e for e in tree.iter("p", "div", "li")
    }
    return [found[text] for text in paragraphs if text in found]
