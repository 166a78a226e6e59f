# ruff: noqa: E501  # markup and sentences, whole as a page has them
"""Which elements of a page are cut before it is read: those that the reader takes nothing from."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipelines.boilerplate.learning import Refused, same
from pipelines.boilerplate.pieces import MAX_PAGE, MOST, cut, learn
from pipelines.dating.markup import printed
from pipelines.extract import extract, read_cut
from pipelines.items import Article, Hints
from tests.pipelines.boilerplate.portal import NAV, SCRIPT, SIDE, links, markup, page, whole

LIST = f"<ul class='them'>{links('them', 30)}</ul>"
KEPT = {  # what stands where the list of links would be cut, and is not: the reader looks for it on every page
    "a word of its own": LIST.replace("<li>", "<li>Xem thêm: ", 1),
    "a heading": LIST.replace("<li>", "<li><h4><a href='/x'>Mục</a></h4></li><li>", 1),
    "a moment": LIST.replace("<a ", "<a datetime='2024-01-02' ", 1),
    "a hidden field": LIST.replace("</li>", "<input type='hidden' name='n' value='1'></li>", 1),
    "breadcrumbs": LIST.replace("class='them'", "class='breadcrumb'").replace("<li>", "<li class='crumbs'>", 1),
    "an author": LIST.replace("<li>", "<li class='post-author'>", 1),
    "a tag": LIST.replace("<a ", "<a rel='tag' ", 1),
    "a link without an address": LIST.replace("<a href=\"/them/muc-a\">", "<a>", 1),
    "a number of pages": LIST.replace("/them/muc-a", "?page=2", 1),
    "an address in percent": LIST.replace("/them/muc-a", "/them/%C4%91", 1),
    "a link that sells": LIST.replace("Chuyên mục them a", "Casino online uy tín", 1),
    "an address that sells": LIST.replace("/them/muc-a", "https://la.example/casino", 1),
    "an open tag": LIST.replace("</li>", "", 1),
    "a stray end": LIST.replace("</li>", "</li></span>", 1),
    "letters to be mended": LIST.replace("Chuyên mục", "Chuyeõn muïc ø ø"),
    "the marks of Word": LIST.replace("Chuyên mục", "X-NONE", 1),
    "a style sheet": LIST.replace("<li>", "<style>.an { display: none }</style><li>", 1),
    "a field for a password": LIST.replace("</li>", "<input type='password'></li>", 1),
}  # fmt: skip


def test_menus_lists_of_links_and_scripts_are_cut_to_their_tags() -> None:
    pieces = learn([page(n).body for n in range(4)])
    assert [piece.source.decode() for piece in pieces.found] == [SCRIPT, NAV, SIDE]
    left, count = cut(page(9).body, pieces)
    assert count == 3
    assert b'<nav huyen-cut="0 1" class="menu-chinh"></nav>' in left
    assert b'<script huyen-cut="0 0"></script>' in left
    assert len(left) < 0.3 * len(page(9).body)


def test_a_page_reads_the_same_without_its_pieces() -> None:
    pieces = learn([page(n).body for n in range(4)])
    for number in range(4, 12):
        found = read_cut(page(number), pieces)
        assert isinstance(found, Article)
        assert same(extract(whole(page(number))), found)


@pytest.mark.parametrize("what", KEPT)
def test_what_the_reader_looks_for_on_every_page_is_never_cut(what: str) -> None:
    bodies = [page(n, markup(n, above=KEPT[what])).body for n in range(4)]
    found = [piece.source.decode() for piece in learn(bodies).found]
    assert found == [SCRIPT, NAV, SIDE]


def test_a_list_beside_it_is_cut() -> None:
    bodies = [page(n, markup(n, above=LIST)).body for n in range(4)]
    assert LIST in [piece.source.decode() for piece in learn(bodies).found]


def test_structured_data_is_no_script() -> None:
    data = (
        '<script type="application/ld+json">{"@type": "WebSite", "name": "'
        + "Trang của xã " * 60
        + '"}</script>'
    )
    bodies = [page(n, markup(n, script=data)).body for n in range(4)]
    assert [piece.source.decode() for piece in learn(bodies).found] == [NAV, SIDE]


def test_of_a_menu_that_marks_its_section_the_inner_lists_are_cut() -> None:
    inner = "".join(f"<div class='nhom'><ul>{links(name, 30)}</ul></div>" for name in ("tin", "van-ban"))
    bodies = [page(n, markup(n, nav=f"<nav class='muc-{n}'>{inner}</nav>")).body for n in range(4)]
    found = [piece.source.decode() for piece in learn(bodies).found]
    second = inner.index("<div class='nhom'>", 1)
    assert found == [SCRIPT, inner[:second], inner[second:], SIDE]


def test_what_stands_twice_or_not_on_every_page_is_left() -> None:
    twice = [page(n, markup(n, above=NAV)).body for n in range(4)]
    once = [page(n, markup(n, above=LIST if n else "")).body for n in range(4)]
    assert NAV not in [piece.source.decode() for piece in learn(twice).found]
    assert LIST not in [piece.source.decode() for piece in learn(once).found]


def test_pieces_are_bounded() -> None:
    many = "".join(
        f"<ul class='so-{n}'>{links(f'nhom-{n}', 20)}</ul><p>Mục {n} của trang.</p>" for n in range(3 * MOST)
    )
    assert len(learn([page(n, markup(n, above=many)).body for n in range(4)]).found) == MOST
    assert not learn([b"<html>" + b" " * MAX_PAGE + NAV.encode()] * 4).found


@pytest.mark.parametrize(
    ("what", "source"),
    {
        "a menu changed by an intruder": markup(7, nav=NAV.replace("</ul>", "<li><a href='//xa.example/w88'>w88</a></li></ul>")),
        "a menu in a comment": markup(7, above=f"<!-- {NAV} -->").replace(f"<header><div class=\"bieu-trung\">Trang của xã</div>{NAV}", "<header>"),
        "a pager": markup(7, inside="<div class='phan-trang'><b>1</b> <a href='?page=2'>2</a></div>"),
        "a date in American order": markup(7, inside="<p>5/10/2021 2:30:00 PM</p>"),
        "letters of a font": markup(7, inside="<p>" + "®µ¸ ng®µ " * 4 + "</p>"),
        "a short page without a date": markup(7).replace('class="ngay"', "hidden").replace("<p>Theo", "<p hidden>Theo"),
        "no article": markup(7).replace("Thôn", "404 Không tìm thấy trang").replace("<p>", "<p hidden>"),
    }.items(),
)  # fmt: skip
def test_where_anything_differs_a_page_is_read_whole(what: str, source: str) -> None:
    pieces = learn([page(n).body for n in range(4)])
    found = read_cut(page(7, source), pieces)
    assert isinstance(found, Refused), what


def test_a_listing_with_a_date_in_american_order_is_enough() -> None:
    pieces = learn([page(n).body for n in range(4)])
    one = replace(page(7), hints=Hints(listing_date="5/10/2021 2:30:00 PM"))
    assert isinstance(read_cut(one, pieces), Refused)
    assert isinstance(read_cut(replace(one, hints=Hints(listing_date="10/05/2021 14:30")), pieces), Article)


def test_a_page_that_marks_elements_itself_is_read_whole() -> None:
    pieces = learn([page(n).body for n in range(4)])
    left, _ = cut(page(7).body, pieces)
    assert isinstance(
        read_cut(page(7, markup(7, inside="<p huyen-cut='0 1'>Một dòng.</p>")), pieces), Refused
    )
    assert isinstance(read_cut(page(7, left.decode()), pieces), Refused)


def test_what_stands_in_the_article_is_told() -> None:
    bodies = [page(n, markup(n, inside=LIST)).body for n in range(4)]
    pieces = learn(bodies)
    found = read_cut(page(8, markup(8, inside=LIST)), pieces)
    assert isinstance(found, Refused)
    assert {pieces.found[n].source.decode() for n in found.inside} == {LIST}
    assert isinstance(read_cut(page(8, markup(8, inside=LIST)), pieces.without(found.inside)), Article)


@pytest.mark.parametrize(
    "prune",
    [
        "//div[@class='cot-phai']",
        "//ul[@class='lien-ket']",
        "//ul[@class='lien-ket']/li[2]",
        "//div[@class='khung']",
        "//nav",
    ],
)
def test_what_a_family_drops_is_not_counted_for_the_template(prune: str) -> None:
    sources = [
        markup(n, side=f"<div class='khung'>{SIDE}<p>Đường dây nóng của xã {n}.</p></div>") for n in range(6)
    ]
    pieces = learn([page(n, source).body for n, source in enumerate(sources[:4])])
    assert [piece.source.decode() for piece in pieces.found] == [SCRIPT, NAV, SIDE]
    one = replace(page(5, sources[5]), hints=Hints(prune=(prune,)))
    found, expected = read_cut(one, pieces), extract(whole(one))
    assert isinstance(found, Article)
    assert same(expected, found)


@pytest.mark.parametrize("before", [60, 199, 200, 201, 260])
def test_no_more_elements_are_looked_at_for_a_date_than_on_the_whole_page(before: int) -> None:
    menu = "".join(
        f'<li class="muc"><a href="/muc/{chr(97 + n % 26)}">Chuyên mục</a></li>' for n in range(before - 5)
    )
    sources = [
        markup(n, nav=f"<nav><ul>{menu}</ul></nav>")
        .replace('<div class="ngay">', '<div class="luc">Đăng <b class="ngay-thang">')
        .replace(
            '</div>\n<div class="noi-dung">',
            '</b> tại trụ sở thôn và phát trên loa của các xóm trong xã</div><div class="noi-dung">',
        )
        for n in range(5)
    ]
    pieces = learn([page(n, source).body for n, source in enumerate(sources[:4])])
    found, expected = read_cut(page(4, sources[4]), pieces), extract(whole(page(4, sources[4])))
    assert isinstance(found, Article)
    assert isinstance(expected, Article)
    assert same(expected, found)
    dated = [printed(one.tree, one.title, one.page.url) for one in (expected, found)]
    assert dated[0] == dated[1]
    assert bool(dated[0]) == (before <= 200)  # it is the last of so many with a class


@pytest.mark.parametrize(
    ("ending", "whole_page"), [(".html", False), ("-2.html", True), (".html?trang=2", True)]
)
def test_a_menu_may_name_the_article_but_no_further_page_of_it(ending: str, whole_page: bool) -> None:
    side = SIDE.replace("/lien-ket/muc-a", page(7).url.removesuffix(".html") + ending, 1)
    pieces = learn([page(n, markup(n, side=side)).body for n in range(4)])
    found = read_cut(page(7, markup(7, side=side)), pieces)
    assert isinstance(found, Refused) == whole_page
    assert isinstance(read_cut(page(8, markup(8, side=side)), pieces), Article)
