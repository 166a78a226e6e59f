"""How much of a portal a run holds, and what it says of a walk that did not reach its ends."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from crawler.families import family_of
from crawler.families.base import Listing
from crawler.terminal.tables import run_line
from crawler.verdict.judge import verdict
from crawler.verdict.tally import Tally
from pipelines.html.parse import parse_text
from storage.coverage.months import coverage as months
from storage.runs.records import RunRecord
from storage.vocabulary import Outcome, Verdict
from tests.crawler.nights import Nights, article, listing, path
from tests.crawler.site import Answer, serve

SITE = "https://son-khe.test"
GENERIC = 'family = "generic"\ndelay = 0'
FIRST = date(2024, 1, 5)


def tally(**changes: object) -> Tally:
    made = Tally(deep=True, named=9, held=9)
    made.outcomes[Outcome.NEW] = 9
    made.listed(SITE + "/", 9, 9, 9, "x.warc.gz:1")
    for name, value in changes.items():
        setattr(made, name, value)
    return made


def test_a_walk_that_reached_its_ends_is_ok() -> None:
    assert verdict(tally()) == (Verdict.OK, [])


def test_sections_found_and_not_walked_are_named() -> None:
    left = [f"{SITE}/{name}" for name in ("tin-xa", "kinh-te", "van-hoa", "y-te")]
    words = "4 sections found and not walked: /tin-xa, /kinh-te, /van-hoa and 1 more"
    assert verdict(tally(unwalked=left)) == (Verdict.DEGRADED, [words])


def test_a_listing_that_was_lost_on_its_way_is_named_with_its_page() -> None:
    words = "listing /tin: not read beyond page 4 (http_500)"
    assert verdict(tally(torn={f"{SITE}/tin": (4, "http_500")})) == (Verdict.DEGRADED, [words])


@pytest.mark.parametrize("changes", [{"deep": False}, {"limit": 5}])
def test_a_night_and_a_run_with_a_limit_are_not_blamed_for_what_they_left(changes: dict[str, object]) -> None:
    assert verdict(tally(unwalked=[f"{SITE}/tin-xa"], **changes))[0] is Verdict.OK


def test_a_section_of_the_registry_that_was_never_there_is_named() -> None:
    missed = {f"{SITE}/tin-cu": "http_404", f"{SITE}/y-te": "http_410", f"{SITE}/x": "timeout"}
    words = "2 sections of the registry not found (HTTP 404): /tin-cu, /y-te"
    assert verdict(tally(registered=True, missed=missed)) == (Verdict.DEGRADED, [words])


def test_a_dead_link_of_a_menu_is_no_section_of_the_registry() -> None:
    assert verdict(tally(missed={f"{SITE}/khao-sat": "http_404"})) == (Verdict.OK, [])


def test_a_run_with_a_limit_says_so() -> None:
    assert verdict(tally(limit=5, named=40, held=5)) == (
        Verdict.OK,
        ["limited to 5 articles; 5 of 40 named are held"],
    )


def test_listings_that_lead_nowhere_while_a_feed_does_are_told() -> None:
    made = tally(listings={})
    made.listed(SITE + "/", 0, 0, 0, "x.warc.gz:1")
    made.listed(SITE + "/rss", 9, 9, 9, "x.warc.gz:2", feed=True)
    words = "no link to an article on 1 listing page; only feeds name articles: 9"
    assert verdict(made) == (Verdict.DEGRADED, [words])


def test_the_share_stands_among_the_counts() -> None:
    counts = tally(held=7, sections=3, unwalked=[f"{SITE}/tin-xa"]).counts()
    assert [counts[name] for name in ("named", "held", "sections", "unwalked")] == [9, 7, 3, 1]


def test_a_sitemap_that_never_was_is_no_article_that_is_gone() -> None:
    made = tally(missed={f"{SITE}/sitemap.xml": "http_404", f"{SITE}/rss": "timeout"})
    made.outcomes[Outcome.GONE] += 1
    counts = made.counts()
    assert (counts["gone"], counts["absent"]) == (1, 1)
    line = run_line(RunRecord(1, "q.h", SITE, datetime.now(UTC), verdict="ok", counts=counts))
    assert "gone" not in line and "1 listing or sitemap not there" in line
    made.outcomes[Outcome.GONE] += 1
    line = run_line(RunRecord(1, "q.h", SITE, datetime.now(UTC), verdict="ok", counts=made.counts()))
    assert "1 gone, 1 listing or sitemap not there" in line


def test_the_registry_can_say_what_an_article_is() -> None:
    page = parse_text(
        '<p><a href="/xem/7">Mùa ong</a> <a href="/ubnd-huyen-hop-ban-ve-lu-lut-1001">Giới thiệu</a></p>'
    )
    for name in ("generic", "wordpress", "joomla"):
        found = family_of(name, r"^/xem/\d+$").links(Listing(page, SITE + "/tin"))
        assert [link.url for link in found] == [SITE + "/xem/7"]
        assert family_of(name, r"^/xem/\d+$").hints == family_of(name, None).hints


def states(nights: Nights) -> set[str]:
    """The states that the months of the archive have."""
    with closing(nights.database()) as database, database.reading() as connection:
        return {str(month.state) for month in months(connection)}


@pytest.mark.slow
def test_a_page_that_fails_within_a_listing_is_told_and_walked_the_next_night(tmp_path: Path) -> None:
    broken = [True]

    def answer(asked: str, headers: dict[str, str]) -> Answer:
        if asked.partition("?")[0] == "/tin-tuc":
            at = int(asked.rpartition("=")[2]) if "=" in asked else 1
            if at == 3 and broken:
                return Answer(b"", 500)
            numbers = list(range(20 - 4 * (at - 1), 20 - 4 * at, -1))
            return Answer(
                listing(numbers, f"<a href='/tin-tuc?trang={at + 1}'>Trang sau</a>" if at < 5 else "")
            )
        found = next((n for n in range(1, 21) if asked == path(n)), None)
        return Answer(b"", 404) if found is None else Answer(article(found, FIRST + timedelta(days=found)))

    with serve(answer) as site:
        nights = Nights(tmp_path, site.url, f'{GENERIC}\nsections = ["/tin-tuc"]')
        first = nights.crawl()
        assert first["verdict"] == "degraded"
        assert "listing /tin-tuc: not read beyond page 2 (http_500)" in first["evidence"]
        assert (first["counts"]["named"], first["counts"]["held"]) == (8, 8)
        assert states(nights) <= {"covered", "not_crawled"}  # what lies behind the page is not known
        broken.clear()
        second = nights.crawl()
        assert (second["verdict"], second["counts"]["new"], second["counts"]["held"]) == ("ok", 12, 20)
        assert (first["counts"]["unfinished"], second["counts"].get("unfinished")) == (1, None)
        assert "silent" in states(nights)


@pytest.mark.slow
def test_a_section_that_robots_txt_closes_is_named_and_a_limit_is_told(tmp_path: Path) -> None:
    menu = "<nav><a href='/kinh-te'>Kinh tế</a><a href='/tin-kin'>Tin nội bộ</a></nav>"

    def answer(asked: str, headers: dict[str, str]) -> Answer:
        if asked == "/robots.txt":
            return Answer(b"User-agent: *\nDisallow: /tin-kin")
        if asked in ("/", "/kinh-te"):
            return Answer(listing([6, 5, 4] if asked == "/" else [3, 2, 1], menu))
        found = next((n for n in range(1, 7) if asked == path(n)), None)
        return Answer(b"", 404) if found is None else Answer(article(found, FIRST + timedelta(days=found)))

    with serve(answer) as site:
        look = Nights(tmp_path / "look", site.url, GENERIC).crawl("-a", "limit=2")
        assert (look["verdict"], look["evidence"][0][:21]) == ("ok", "limited to 2 articles")
        assert look["counts"]["unfinished"] == 1
        nights = Nights(tmp_path / "all", site.url, GENERIC)
        first, second = nights.crawl(), nights.crawl()
        assert first["evidence"] == ["1 section found and not walked: /tin-kin"]
        assert (first["verdict"], second["verdict"]) == ("degraded", "quiet")


@pytest.mark.slow
def test_a_page_that_was_asked_as_an_article_and_shows_a_list_is_walked(tmp_path: Path) -> None:
    front = "/chuyen-trang-nong-thon-moi-cua-cac-xa-mien-tay-101"
    teaser = f"<p><a href='{front}'>Chuyên trang nông thôn mới của các xã miền tây huyện</a></p>"

    def answer(asked: str, headers: dict[str, str]) -> Answer:
        if asked == "/":
            return Answer(listing([3, 2, 1], teaser))
        if asked == front:
            return Answer(listing(range(30, 3, -1)))
        found = next((n for n in range(1, 31) if asked == path(n)), None)
        return Answer(b"", 404) if found is None else Answer(article(found, FIRST + timedelta(days=found)))

    with serve(answer) as site:
        run = Nights(tmp_path, site.url, GENERIC).crawl()
        assert (run["verdict"], run["counts"]["new"], run["counts"]["held"]) == ("ok", 30, 30)
        assert run["counts"]["named"] == 30


@pytest.mark.parametrize(
    ("said", "asks"),
    [
        ("Hệ thống đang được nâng cấp, mời bà con trở lại sau.", True),
        ("Website tạm ngừng để bảo trì máy chủ", True),
        ("Site under construction", True),
        ("Danh sách trống", False),
    ],
)
def test_a_listing_without_links_is_quoted(said: str, asks: bool) -> None:
    made = tally(listings={})
    made.listed(SITE + "/", 0, 0, 0, "x.warc.gz:1")
    made.said[SITE + "/"] = said
    name, (sentence, *_) = verdict(made)
    assert name == "broken"
    assert f"it says “{said}”" in sentence
    assert ("”; a maintenance page?; page kept" in sentence) is asks
