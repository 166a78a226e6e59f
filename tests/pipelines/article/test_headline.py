"""Which of a page's names is the headline: site names are cut off, dashes of the headline itself are not."""

from __future__ import annotations

import pytest
from lxml import html

from pipelines.items import Hints
from pipelines.locating.locate import locate

HEADLINE = "Đô Lương – Khởi sắc từ phong trào xây dựng nông thôn mới"
SITE = "Cổng thông tin điện tử huyện Đô Lương"
PROSE = "<p>" + "Những năm qua, nhân dân trong xã đã hiến đất, góp công làm đường liên thôn. " * 6 + "</p>"


def page(title: str, shown: str, *, head: str = "", banner: str = SITE, above: str = "") -> str:
    """A page named `title` in <title>, whose markup `shown` stands above the text, `above` above that."""
    return (
        f"<html><head><title>{title}</title>{head}</head><body><div class='top'><span>{banner}</span></div>"
        f"<div class='main'>{above}<div class='box'>{shown}<div class='text'>{PROSE * 3}</div></div></div>"
        f"<div class='bottom'>{banner}</div></body></html>"
    )


def headline(markup: str, **hints: str) -> str:
    return locate(html.document_fromstring(markup), Hints(**hints)).headline  # type: ignore[arg-type]


@pytest.mark.parametrize("separator", [" - ", " – ", " | ", " :: ", " » ", "|"])
@pytest.mark.parametrize("tag", ["h1", "div", "span"])
def test_a_site_name_before_or_behind_is_cut_off(separator: str, tag: str) -> None:
    shown = f"<{tag}>{HEADLINE}</{tag}>"
    assert headline(page(f"{HEADLINE}{separator}{SITE}", shown)) == HEADLINE
    assert headline(page(f"{SITE}{separator}{HEADLINE}", shown)) == HEADLINE
    assert headline(page(f"{HEADLINE}{separator}Tin nông nghiệp{separator}{SITE}", shown)) == HEADLINE


def test_a_dash_inside_stays_where_a_part_stands_in_the_crumbs() -> None:
    crumbs = f"<div class='crumb'><span>{HEADLINE.split(' – ')[1]}</span></div>"
    assert headline(page(f"{HEADLINE} - {SITE}", f"<h1>{HEADLINE}</h1>", above=crumbs)) == HEADLINE
    assert headline(page(f"{HEADLINE} - {SITE}", f"<div>{HEADLINE}</div>", above=crumbs)) == HEADLINE


def test_of_two_forms_of_a_name_the_whole_one_wins() -> None:
    part = HEADLINE.split(" – ")[1]
    head = f"<meta property='og:title' content='{part}'>"
    crumbs = f"<div class='crumb'><span>{part}</span></div>"
    assert headline(page(f"{HEADLINE} | {SITE}", f"<h1>{HEADLINE}</h1>", head=head, above=crumbs)) == HEADLINE


def test_a_short_headline_is_not_taken_for_the_site_that_has_a_longer_name() -> None:
    short, site = "Lịch tiếp công dân", "Ủy ban nhân dân huyện Đô Lương, tỉnh Nghệ An"
    assert headline(page(f"{short} - {site}", f"<div>{short}</div>", banner=site)) == short
    named = f"<meta property='og:site_name' content='{site}'>"
    assert headline(page(f"{site} - {short}", f"<h2>{short}</h2>", head=named, banner=site)) == short


def test_a_page_that_names_the_site_first_still_has_its_headline() -> None:
    head = f"<meta property='og:title' content='{SITE}'>"
    assert headline(page(HEADLINE, f"<div>{HEADLINE}</div>", head=head)) == HEADLINE


def test_a_name_that_the_page_shows_nowhere_is_taken_whole() -> None:
    assert headline(page(HEADLINE, "<p>Tin vắn</p>")) == HEADLINE


@pytest.mark.parametrize(
    "shown",
    [
        f"<div class=x>{HEADLINE.upper()}</div>",
        f"<span>{HEADLINE.replace('–', '-')}</span>",
        f"<td>“{HEADLINE}”</td>",
        f"<h1><a href='/tin/7.html'>{HEADLINE}</a></h1>",
        f"<h2>{HEADLINE.replace('Khởi', 'Kh<b>ở</b>i')}</h2>",
    ],
)
def test_capitals_dashes_quotes_and_tags_may_differ(shown: str) -> None:
    read = headline(page(f"{HEADLINE} | {SITE}", shown))
    assert read.strip("“”").replace("-", "–").casefold() == HEADLINE.casefold()


@pytest.mark.parametrize(
    ("title", "shown", "name"),
    [
        ("Trang chủ", f"<h1>{SITE}</h1><div class='tieude-tin'>Tin lũ quét</div>", "Tin lũ quét"),
        ("Tin tức", f"<h1>Tin tức</h1><h2>{HEADLINE}</h2>", HEADLINE),
        (SITE, "<h1>Cáo phó</h1>", "Cáo phó"),
        (SITE, "<h1>Thông báo</h1>", "Thông báo"),
        ("Nông thôn mới", f"<a href='/n'>Nông thôn mới</a> <p class=title><b>{HEADLINE}</b></p>", HEADLINE),
        ("Chi tiết tin", f"<h3>{HEADLINE}</h3>", HEADLINE),
        (f"Thư ngỏ - {SITE}", "<h2 class=title>Thư ngỏ</h2>", "Thư ngỏ"),
    ],
)
def test_menu_section_and_site_are_no_headline(title: str, shown: str, name: str) -> None:
    assert headline(page(title, shown)) == name


def test_the_page_s_own_name_is_better_than_one_for_all_pages() -> None:
    head = f"<meta property='og:title' content='{HEADLINE}'>"
    assert headline(page("Chi tiết tin", "", head=head)) == HEADLINE
    graph = f'<script type="application/ld+json">{{"@type":"NewsArticle","headline":"{HEADLINE}"}}</script>'
    assert headline(page("Chi tiết tin", "", head=graph)) == HEADLINE


def test_without_an_element_the_site_is_cut_off() -> None:
    assert headline(page(f"{HEADLINE} - {SITE}", "")) == HEADLINE


def test_a_headline_stands_before_the_text() -> None:
    behind = page(HEADLINE, f"<h1>{HEADLINE.replace(' ', ', ', 1)}</h1>") + f"<p>{HEADLINE}</p>"
    assert headline(behind) == HEADLINE.replace(" ", ", ", 1)
    inside = page("Tin tức", f"<h3>{HEADLINE}</h3>").replace(
        PROSE * 3, f"{PROSE * 2}<h2>Đường về bản</h2>{PROSE}"
    )
    assert headline(inside) == HEADLINE


def test_entries_of_a_list_are_no_headline() -> None:
    cards = "".join(f"<h3><a href='/{n}'>Bản số {n} họp bàn việc trồng rừng</a></h3>" for n in range(5))
    assert headline(page("Tin tức", cards)) == "Tin tức"
