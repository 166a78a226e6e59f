"""What a night costs, and what it says in the morning: real crawls of portals on loopback."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from storage.vocabulary import VIETNAM
from tests.crawler.nights import Nights, article, listing, path
from tests.crawler.site import Answer, serve

pytestmark = pytest.mark.slow

PAGE = 20  # entries of a listing page
ARTICLES = 2_000
SECTIONS = 25
TODAY = datetime.now(VIETNAM).date()  # the portals are alive


def _section(number: int) -> int:
    """Every fourth article stands in the first section, as news do; the others are spread."""
    return 0 if number % 4 == 0 else 1 + number % (SECTIONS - 1)


def _portal(path_: str, newest: int, day: Callable[[int], date]) -> Answer:
    """A portal with a home page, a mega-menu of sections, and pages without news in it."""
    menu = "".join(f"<li><a href='/muc-{n}'>Mục {n}</a></li>" for n in range(SECTIONS))
    menu += "".join(f"<li><a href='/xa-{n}'>Xã {n}</a></li>" for n in range(12))
    menu = f"<ul class='menu'>{menu}</ul>"
    if path_ == "/":
        return Answer(listing(list(range(newest, newest - 15, -1)), menu))
    if match := re.fullmatch(r"/muc-(\d+)(?:\?page=(\d+))?", path_):
        section, page = int(match[1]), int(match[2] or 1)
        numbers = [n for n in range(newest, 0, -1) if _section(n) == section]
        shown = numbers[(page - 1) * PAGE : page * PAGE]
        turn = (
            f"<a href='/muc-{section}?page={page + 1}'>{page + 1}</a>" if page * PAGE < len(numbers) else ""
        )
        return Answer(listing(shown, menu + turn))
    if match := re.search(r"-(\d+)\.html$", path_):
        number = int(match[1]) - 1000
        return Answer(article(number, day(number))) if number <= newest else Answer(b"", 404)
    return Answer(listing([], menu)) if path_.startswith("/xa-") else Answer(b"", 404)


def test_a_night_with_nothing_new_costs_fifteen_requests_at_most(tmp_path: Path) -> None:
    newest = [ARTICLES]

    def answer(asked: str, headers: dict[str, str]) -> Answer:
        return _portal(asked, newest[0], lambda n: TODAY - timedelta(days=(newest[0] - n) // 3))

    with serve(answer) as site:
        nights = Nights(tmp_path, site.url)
        first = nights.crawl()
        assert (first["verdict"], first["counts"]["new"], first["counts"]["complete"]) == ("ok", ARTICLES, 1)
        for _ in range(2):
            begun = len(site.asked)
            run = nights.crawl()
            assert run["verdict"] == "quiet", run["evidence"]
            assert len(site.asked) - begun == run["counts"]["requests"] <= 15
            assert run["counts"].get("revisit", 0) == 0
        newest[0] += 3
        run = nights.crawl()
        assert (run["verdict"], run["counts"]["new"]) == ("ok", 3)
        assert run["counts"]["requests"] <= 15 + 3 + 3
        assert run["listings"][f"{site.url}/"]["links"] == 15


def test_what_a_sitemap_says_was_changed_is_asked_for_and_what_was_not_is_spared(tmp_path: Path) -> None:
    now = datetime.now(VIETNAM)
    told = {n: now - timedelta(days=30 + n) for n in range(1, 13)}
    texts: dict[int, str] = {}

    def answer(asked: str, headers: dict[str, str]) -> Answer:
        if asked == "/sitemap.xml":
            return Answer(
                sitemap({"/bai.xml": max(told.values()), "/trang.xml": now - timedelta(days=90)}, "sitemap")
            )
        if asked == "/bai.xml":
            return Answer(sitemap({path(n): moment for n, moment in told.items()}, "url"))
        if asked == "/tin-tuc":
            return Answer(listing(range(12, 3, -1)))
        if match := re.search(r"-(\d+)\.html$", asked):
            number = int(match[1]) - 1000
            return Answer(article(number, TODAY, texts.get(number)))
        return Answer(b"", 404)

    def sitemap(entries: dict[str, datetime], kind: str) -> bytes:
        rows = "".join(
            f"<{kind}><loc>{site.url}{at}</loc><lastmod>{moment.isoformat()}</lastmod></{kind}>"
            for at, moment in entries.items()
        )
        return f"<{kind}set>{rows}</{kind}set>".encode()

    def night() -> tuple[dict[str, int], list[str]]:
        begun = len(site.asked)
        counts = nights.crawl()["counts"]
        return counts, [asked for asked, _ in site.asked[begun:]]

    with serve(answer) as site:
        nights = Nights(
            tmp_path,
            site.url,
            'family = "generic"\ndelay = 0\nsections = ["/tin-tuc"]\nsitemaps = ["/sitemap.xml"]',
        )
        assert night()[0]["new"] == 12

        nights.pass_days(5)
        before = re.search(r"class='content'>(.*)</div>", article(2, TODAY).decode())
        assert before
        told[2] = now - timedelta(hours=1)
        texts[2] = f"<p>Đính chính: hội nghị dời sang thứ sáu tuần sau.</p>{before[1]}"
        counts, asked = night()
        assert (counts["changed"], counts["revisit"]) == (1, 1)
        assert sorted(asked) == sorted(["/robots.txt", "/tin-tuc", "/sitemap.xml", "/bai.xml", path(2)])

        nights.pass_days(5)
        told |= dict.fromkeys(told, datetime.now(VIETNAM))
        counts, asked = night()
        assert counts["revisit"] == 12, "a stamp on every entry spares none, and none is asked twice"
        assert len(asked) == len(set(asked)) == 4 + 12
