"""The category from metadata, breadcrumbs and JSON-LD; the tags."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from pipelines.fields.category import tags, told_category
from pipelines.html.parse import parse_text
from pipelines.items import RawPage

HEAD = "<title>Bản mở đường - Nông thôn - Mường La</title><meta property='og:site_name' content='Mường La'>"
HOME, SECTION = "<a href='/'>Mường La</a>", "<a href='/nong-thon'>Nông thôn</a>"
LAST = "<a href='/tin/71.html'>Bản mở đường</a>"


def category(markup: str, head: str = "") -> str | None:
    page = f"<html><head>{HEAD}{head}</head><body>{markup}<h1>Bản mở đường</h1></body></html>"
    raw = RawPage("https://xa.example.vn/tin/71.html", page.encode(), datetime(2026, 11, 21, tzinfo=UTC))
    return told_category(parse_text(page), raw.hints, raw.body)


@pytest.mark.parametrize(
    ("markup", "name"),
    [
        (f"<ul class=breadcrumb><li>{HOME}</li><li>{SECTION}</li><li>{LAST}</li></ul>", "Nông thôn"),
        (f"<div class='page-bread-crumb'>{HOME} / {SECTION}</div>", "Nông thôn"),
        (f"<div id=BreadCrumbs>{HOME}{SECTION}</div>", "Nông thôn"),
        (f"<nav class=crumbs>{HOME} » {SECTION} » Bản mở đường</nav>", "Nông thôn"),
        ("<div class=duong-dan>Trang chủ » Nông thôn » Bản mở đường</div>", "Nông thôn"),
        (f"<ol itemtype='https://schema.org/BreadcrumbList'><li>{SECTION}</li></ol>", "Nông thôn"),
        (f"<div class=breadcrumb>{HOME}</div>", None),
        ("<div class=breadcrumb><a href='/x'>Cổng thông tin điện tử xã</a></div>", None),
        ("<div class=breadcrumb><a href='javascript:void(0)'>In trang</a></div>", None),
        (f"<div class=menu>{SECTION}</div>", None),
    ],
)
def test_breadcrumbs_of_any_spelling(markup: str, name: str | None) -> None:
    assert category(markup) == name


def test_metadata_and_json_ld() -> None:
    script = "<script type='application/ld+json'>{}</script>"
    steps = [{"name": "Trang chủ"}, {"item": {"name": "Nông thôn"}}, {"name": "Bản mở đường"}]
    listed = script.format(json.dumps({"@type": "BreadcrumbList", "itemListElement": steps}))
    assert category("", "<meta property='article:section' content='Nông thôn'>") == "Nông thôn"
    assert category("", "<meta property='article:section' content='Cổng thông tin xã'>") is None
    assert category("", script.format(json.dumps({"articleSection": ["Nông thôn", "Xã hội"]}))) == "Nông thôn"
    assert category("", listed) == "Nông thôn"
    assert category("", script.format('{"articleSection": [[]], "@type": "BreadcrumbList"}')) is None


def test_tags_are_single_names() -> None:
    page = """<meta property='article:tag' content='làm đường, nương rẫy;bản'>
    <meta property='article:tag' content='Bản'>
    <a rel='tag nofollow' href='/t/1'>#đường <b>bản</b></a><a rel=tag href='/category/xa'>Xã</a>"""
    assert tags(parse_text(page)) == ["đường bản", "làm đường", "nương rẫy", "bản"]
