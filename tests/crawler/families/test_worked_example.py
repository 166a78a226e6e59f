"""The worked example of docs/contributing.md: its family reads its article and walks its listing."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from crawler.families.base import Family, Listing
from pipelines.chain import read
from pipelines.html.parse import parse_text
from pipelines.items import Article, RawPage
from tests import test_docs as docs

ORIGIN = "https://huyen.test"
LISTING = f"{ORIGIN}/DanhMuc.aspx?id=3"
NEWS = f"{ORIGIN}/ChiTiet.aspx?id=1204"


def shown(language: str) -> list[str]:
    """The code blocks of the example in a language."""
    example = docs.section("docs/contributing.md", "A worked example")
    return re.findall(rf"^```{language}\n(.+?)^```$", example, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def family() -> Family:
    (code,) = shown("python")
    names: dict[str, object] = {}
    exec(compile(code, "docs/contributing.md", "exec"), names)
    (found,) = [
        one for one in names.values() if isinstance(one, type) and issubclass(one, Family) and one != Family
    ]
    return found()


def page(html: str) -> str:
    return f'<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"></head><body>{html}</body></html>'


def test_the_family_reads_every_field_of_the_article(family: Family) -> None:
    html = page(shown("html")[1])
    fetched = datetime(2023, 9, 1, tzinfo=UTC)
    article = read(RawPage(url=NEWS, body=html.encode(), fetched_at=fetched, hints=family.hints))
    assert isinstance(article, Article)
    assert article.title == "Xã Phú Lâm hoàn thành cắm mốc hành lang đê"
    assert article.lead == "Sáng 13/8, xã Phú Lâm đã cắm xong 42 mốc trên tuyến đê tả."
    assert [paragraph.split()[0] for paragraph in article.body] == ["Các", "Hạt"]
    assert article.author == "Minh Đức"
    assert article.published.value == "2023-08-14T09:20:00+07:00"


def test_the_family_walks_the_listing(family: Family) -> None:
    listing = Listing(parse_text(page(shown("html")[0])), LISTING)
    links = family.links(listing)
    assert [(link.url, link.date) for link in links] == [
        (NEWS, "14/08/2023"),
        (f"{ORIGIN}/ChiTiet.aspx?id=1198", "11/08/2023"),
    ]
    following = family.next_page(listing)
    assert following is not None and following.form is not None
    assert (following.url, following.number) == (LISTING, 2)
    assert following.form == {
        "__VIEWSTATE": "dDwtMTA4",
        "__EVENTTARGET": "ctl00$phanTrang",
        "__EVENTARGUMENT": "2",
    }


def test_the_pattern_leaves_listings_alone(family: Family) -> None:
    assert family.article is not None
    assert family.article.search("/chitiet.aspx?id=7")
    assert not family.article.search("/DanhMuc.aspx?id=3")
    assert not family.article.search("/ChiTiet.aspx?id=3&in=1")


def test_the_marks_are_written_as_the_probe_has_them() -> None:
    from crawler.probe.fingerprints import Mark

    example = docs.section("docs/contributing.md", "A worked example")
    (written,) = re.findall(r"fingerprints\.py`: `(\(.+\))`", example)
    mark = Mark(*eval(written))  # the document's own line
    assert re.search(mark.pattern, "/ChiTiet.aspx?id=1204")
    assert mark.where in ("generator", "header", "markup", "address", "host")
