"""When a portal's pages are read without what they share, and that it never matters."""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import replace

import pytest

from benchmarks.pages import pages, portals
from crawler.families import family
from pipelines.boilerplate.learning import (
    CHECKS,
    MOST_PORTALS,
    SAMPLES,
    WAIT,
    Portals,
    Refused,
    same,
)
from pipelines.boilerplate.pieces import Pieces
from pipelines.extract import extract, read_cut
from pipelines.items import Article, NotAnArticle, RawPage
from tests.pipelines.boilerplate.portal import NAV, markup, page, whole

LEARNED = WAIT + SAMPLES + CHECKS  # pages before the first is cut


class Counted(Portals):
    """Portals that count how their pages were read."""

    def __init__(self) -> None:
        self.ways: Counter[str] = Counter()
        super().__init__(self._read_whole, self._read_cut)

    def _read_whole(self, one: RawPage) -> Article | NotAnArticle:
        self.ways["whole"] += 1
        return extract(whole(one))

    def _read_cut(self, one: RawPage, pieces: Pieces) -> Article | Refused:
        found = read_cut(one, pieces)
        self.ways["cut" if isinstance(found, Article) else "refused"] += 1
        return found


# of the pages of a portal, in one order: how many are cut at least
CUT = {
    "do-luong-vnpt": 20,
    "do-luong-wp": 15,
    "gia-vien": 15,
    "ly-nhan": 15,
    "ky-anh": 15,
    "yen-thanh": 15,
}


@pytest.mark.parametrize("portal", portals())
def test_every_page_of_the_fixtures_reads_the_same_in_two_orders(portal: str) -> None:
    hints = family(portals()[portal]).hints
    found = [replace(one, hints=hints, portal=f"http://{portal}.test") for _, one in pages(portal, 90)]
    expected = [extract(whole(one)) for one in found]
    for step in (1, -1):
        known = Counted()
        for one, read in zip(found[::step], expected[::step], strict=True):
            again = known.read(one)
            if isinstance(read, NotAnArticle):
                assert isinstance(again, NotAnArticle)
                assert again.reason == read.reason
            else:
                assert isinstance(again, Article)
                assert same(read, again), one.url
        assert known.ways["cut"] >= CUT[portal]


def test_a_few_pages_are_read_as_ever() -> None:
    known = Counted()
    for number in range(WAIT + SAMPLES):
        known.read(page(number))
    assert known.ways == {"whole": WAIT + SAMPLES}


def test_pages_are_cut_once_some_were_read_both_ways() -> None:
    known = Counted()
    for number in range(LEARNED + 20):
        known.read(page(number))
    both = known.ways["whole"] - WAIT - SAMPLES
    assert known.ways["cut"] == 20 + CHECKS
    assert both - CHECKS <= 3  # one in fifty goes on to be read both ways


def test_a_difference_ends_it_for_the_portal(caplog: pytest.LogCaptureFixture) -> None:
    def otherwise(one: RawPage, pieces: Pieces) -> Article | Refused:
        found = read_cut(one, pieces)
        return replace(found, author="Người khác") if isinstance(found, Article) else found

    known = Portals(lambda one: extract(whole(one)), otherwise)
    with caplog.at_level(logging.WARNING):
        found = [known.read(page(number)) for number in range(3 * LEARNED)]
    assert all(isinstance(one, Article) and one.author != "Người khác" for one in found)
    assert [record.getMessage().split(":")[0] for record in caplog.records] == ["https"]


def test_an_infected_menu_counts_before_and_after_it_is_learned() -> None:
    spam = "".join(f"<li><a href='//xa.example/{n}'>Nhà cái uy tín {n}</a></li>" for n in range(4))
    infected = NAV.replace("</ul>", f"{spam}</ul>")
    known, before = Counted(), Counted()
    for number in range(LEARNED):
        known.read(page(number))
        before.read(page(number, markup(number, nav=infected)))
    for portal in (known, before):
        found = portal.read(page(40, markup(40, nav=infected)))
        assert isinstance(found, Article)
        assert "suspected_spam" in found.flags


def test_menus_of_another_section_are_learned_too() -> None:
    known = Counted()
    for number in range(2 * LEARNED):
        section = "tin" if number < LEARNED else "van-ban"
        nav = NAV.replace("<nav ", f"<nav data-muc='{section}' ")
        known.read(page(number, markup(number, nav=nav)))
    known.ways.clear()
    for number in range(2 * LEARNED, 2 * LEARNED + 6):
        known.read(page(number, markup(number, nav=NAV.replace("<nav ", "<nav data-muc='tin' "))))
    assert known.ways["cut"] == 6


def test_it_is_given_up_where_nothing_is_gained() -> None:
    known = Counted()
    for number in range(3 * LEARNED):
        known.read(page(number, markup(number, inside="<p>5/10/2021 2:30:00 PM</p>")))
    assert known.ways["refused"] == CHECKS + 1
    assert known.ways["whole"] == 3 * LEARNED


def test_few_portals_are_remembered() -> None:
    known = Counted()
    for portal in range(MOST_PORTALS + 3):
        for number in range(SAMPLES):
            known.read(page(number, portal=f"https://xa-{portal}.example.vn"))
    assert len(known._known) == MOST_PORTALS
