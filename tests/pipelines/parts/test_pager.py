"""Which links of an article's page lead to its further pages, and which turn something else."""

from __future__ import annotations

import pytest
from lxml import html

from pipelines.parts.pager import further, may_continue

AT = "https://muongkhe.gov.vn/tin-tuc/lich-su-dang-bo-huyen-512.html"
SLUG = "https://muongkhe.gov.vn/lich-su-dang-bo-huyen/"
STEM = AT.removesuffix(".html")
QUERY = "https://muongkhe.gov.vn/index.php?option=com_content&id=9"
LINE = (
    "Tháng 3 năm 1947, chi bộ đầu tiên của huyện được thành lập tại làng Khe với bảy đảng viên là nông dân."
)
LIST = "".join(
    f'<li><a href="/tin-tuc/bai-so-{n}.html">Xã Khe Trên mở đường vào bản thứ {n}</a></li>' for n in range(5)
)


def page(pager: str, before: str = "", after: str = "") -> str:
    return (
        f"<html><head><title>Lịch sử</title></head><body><ul>{LIST}</ul><h1>Lịch sử Đảng bộ huyện</h1>"
        f"<div class='noi-dung'><p>{LINE}</p><p>{LINE}</p></div>{before}{pager}{after}</body></html>"
    )


def told(
    at: str, pager: str, before: str = "", first: str | None = None
) -> tuple[int, int, str | None] | None:
    found = further(html.document_fromstring(page(pager, before)), at, first)
    return found and (found.number, found.last, found.following)


@pytest.mark.parametrize(
    ("at", "pager", "following"),
    [
        (SLUG, '<p class="page-links"><i>1</i> <a href="{0}2/">2</a> <a href="{0}3/">3</a></p>', "{0}2/"),
        (SLUG, '<p>1 <a href="2/">2</a> <a href="./3/">3</a></p>', "{0}2/"),
        (AT, '<p><b>1</b> <a href="?page=2">2</a> <a href="?page=3">3</a></p>', "{0}?page=2"),
        (AT, '<p>[1] <a href="{0}?trang=2">[2]</a> <a href="{0}?trang=3">[3]</a></p>', "{0}?trang=2"),
        (AT, '<p><a href="?trang=2">Trang sau »</a> <a href="?trang=3">Trang 3</a></p>', "{0}?trang=2"),
        (AT, f'<p>Trang 1 <a href="{STEM}-trang-2.html">2</a> <a href="{STEM}-trang-3.html">3</a></p>',
         f"{STEM}-trang-2.html"),
        (AT, f'<p>1 | <a href="{STEM}_2.html">2</a> | <a href="{STEM}_3.html">3</a></p>', f"{STEM}_2.html"),
        (QUERY, '<p><a href="?{2}&amp;start=1">2</a> <a href="?{2}&amp;start=2">3</a></p>', "{0}&start=1"),
    ],
    ids=["wordpress", "path", "query", "brackets", "next-page", "trang-in-name", "underscore", "offset"],
)  # fmt: skip
def test_the_pager_of_an_article(at: str, pager: str, following: str) -> None:
    query = "option=com_content&amp;id=9"
    assert told(at, pager.format(at, "", query)) == (1, 3, following.format(at))
    assert may_continue(page(pager.format(at, "", query)).encode(), at)


def test_a_link_that_only_says_next() -> None:
    assert told(SLUG, f'<a rel="next" href="{SLUG}2/">Đọc tiếp</a>') == (1, 2, f"{SLUG}2/")
    assert told(AT, '<a href="?page=2">Xem tiếp trang 2</a>') == (1, 2, f"{AT}?page=2")


def test_contents_of_an_article_whose_pages_have_names() -> None:
    names = ("Giai đoạn 1930 - 1945", "Giai đoạn 1945 - 1954", "Giai đoạn 1954 - 1975")
    links = "".join(f'<li><a href="{AT}?start={n}">{name}</a></li>' for n, name in enumerate(names) if n)
    contents = f'<div class="article-index"><ul><li>{names[0]}</li>{links}</ul></div>'
    assert told(AT, contents) == (1, 3, f"{AT}?start=1")
    everything = f'<li><a href="{AT}?showall=1">Tất cả các trang</a></li>'
    whole = f'<div class="article-index"><ul>{links}{everything}</ul></div>'
    found = further(html.document_fromstring(page(whole)), AT)
    assert found is not None
    assert found.whole == f"{AT}?showall=1"


@pytest.mark.parametrize(
    ("at", "pager", "before"),
    [
        (AT, '<p>1 <a href="?page=2">2</a> <a href="?page=3">3</a></p>', f"<ul>{LIST}</ul>"),
        (AT, '<div id="comments"><p>1 <a href="?page=2">2</a> <a href="?page=3">3</a></p></div>', ""),
        (AT, '<div class="tin-lien-quan"><p>1 <a href="?page=2">2</a></p></div>', ""),
        (AT, '<aside><p>1 <a href="?page=2">2</a></p></aside>', ""),
        (SLUG, f'<a href="{SLUG}comment-page-2/#comments">Bình luận cũ hơn</a>', ""),
        (SLUG, f'<a rel="next" href="{SLUG[:-1]}-2/">Lịch sử Đảng bộ huyện</a>', ""),
        (SLUG, '<a rel="next" href="https://muongkhe.gov.vn/hop-mat-dau-xuan/">Bài sau</a>', ""),
        (AT, '<p>1 <a href="/tin-tuc/?page=2">2</a> <a href="/tin-tuc/?page=3">3</a></p>', ""),
        (AT, '<a href="?page=2">Xem thêm bình luận</a>', ""),
        (AT, '<a href="?size=2">2</a> <a href="?nam=2023">2023</a>', ""),
        ("https://muongkhe.gov.vn/", '<p>1 <a href="/page/2/">2</a> <a href="/page/3/">3</a></p>', ""),
    ],
    ids=[
        "list", "comments", "related", "aside", "comment-pages", "same-name", "neighbour", "section",
        "more-comments", "sizes", "home",
    ],
)  # fmt: skip
def test_what_turns_something_else(at: str, pager: str, before: str) -> None:
    assert told(at, pager, before) is None


def test_a_later_page_knows_its_number() -> None:
    pager = f'<p><a href="{SLUG}">1</a> 2 <a href="{SLUG}3/">3</a></p>'
    assert told(f"{SLUG}2/", pager, first=SLUG) == (2, 3, f"{SLUG}3/")
    assert told(f"{SLUG}2/", pager) == (2, 3, f"{SLUG}3/")
    last = f'<p><a href="{SLUG}">1</a> <a href="{SLUG}2/">2</a> 3</p>'
    assert told(f"{SLUG}3/", last, first=SLUG) == (3, 3, None)


def test_the_arrow_of_the_last_page_leads_nowhere() -> None:
    pager = f'<p><a href="{SLUG}">1</a> <a href="{SLUG}2/">2</a> 3 <a href="{SLUG}4/">Tiếp »</a></p>'
    assert told(f"{SLUG}3/", pager, first=SLUG) == (3, 3, None)
    arrows = f'<p><a href="{SLUG}">Trước</a> <a href="{SLUG}4/">Tiếp »</a></p>'
    assert told(f"{SLUG}3/", arrows, first=SLUG) == (3, 4, f"{SLUG}4/")


def test_pages_counted_from_zero() -> None:
    pager = '<p>1 <a href="?page=1">2</a> <a href="?page=2">3</a></p>'
    assert told(AT, pager) == (1, 3, f"{AT}?page=1")
    later = f'<p><a href="{AT}">1</a> 2 <a href="?page=2">3</a></p>'
    assert told(f"{AT}?page=1", later, first=AT) == (2, 3, f"{AT}?page=2")


def test_a_listing_with_summaries_is_no_article_in_parts() -> None:
    entry = f'<div><h3><a href="/tin-tuc/mot-bai.html">Hội nghị giao ban quý một</a></h3><p>{LINE}</p></div>'
    listing = (
        f'<body><h1>Tin tức</h1>{entry * 8}<p>1 <a href="?page=2">2</a> <a href="?page=3">3</a></p></body>'
    )
    assert further(html.document_fromstring(listing), "https://muongkhe.gov.vn/tin-tuc.html") is None


def test_most_pages_are_not_parsed_for_it() -> None:
    links = f'<a href="{AT}#binh-luan">Bình luận</a><a href="/tin-tuc/?page=2">2</a><a href="?in=true">In</a>'
    assert not may_continue(page(links).encode(), AT)
