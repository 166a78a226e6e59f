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
