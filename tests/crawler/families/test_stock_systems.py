"""Families on sites as the systems make them out of the box: told apart, walked, and read word by word."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.families import family
from crawler.families.base import Listing
from crawler.probe.fingerprints import recognise
from fixtures import golden
from fixtures.stock import SYSTEMS, Stock
from pipelines.chain import read
from pipelines.html.parse import parse_text
from pipelines.items import Article, Hints, RawPage
from pipelines.persist import record
from storage.articles.redesign import alike, tells_the_same, text_of

ORIGIN = "https://huyen.test"
NAMES = sorted(SYSTEMS)


def of(name: str) -> str:
    system = name.partition("-")[0]
    return system if system in ("wordpress", "joomla", "drupal", "nukeviet", "hexo") else "generic"


def reading(url: str, html: str, hints: Hints) -> Article:
    page = RawPage(url=url, body=html.encode(), fetched_at=datetime(2026, 1, 5, tzinfo=UTC), hints=hints)
    found = read(page)
    assert isinstance(found, Article), (url, found.reason)
    return found


@pytest.mark.parametrize("told", [True, False], ids=["configured", "unconfigured"])
@pytest.mark.parametrize("name", NAMES)
def test_articles_are_read_word_by_word(name: str, told: bool) -> None:
    site = Stock(SYSTEMS[name])
    hints = family(of(name)).hints if told else Hints()
    for path, item in list(site.paths().items())[:12]:
        page = site.respond(path, ORIGIN)
        assert page is not None
        found = reading(ORIGIN + path, page.body, hints)
        text = [line for line in (found.lead, *found.body) if line]
        wanted = [line for line in (item.lead, *item.body) if line]
        assert found.title == item.title
        assert " ".join(text).split() == " ".join(wanted).split()
        assert (found.published.value or "")[:10] == f"{item.published:%Y-%m-%d}"


def test_a_headline_of_a_joomla_blog_vouches_for_a_short_alias() -> None:
    html = (
        "<div itemprop='blogPost'><h2><a href='/index.php/kinh-te/52-mua-ong'>Mùa ong</a></h2></div>"
        "<h3><a href='/index.php/78-tin-trong-tinh'>Tin trong tỉnh</a></h3>"
        "<div class='item-title'><a href='/index.php/component/mailto/?tmpl=component'>Gửi thư</a></div>"
    )
    found = family("joomla").links(Listing(parse_text(html), ORIGIN + "/index.php/kinh-te"))
    assert [link.url for link in found] == [ORIGIN + "/index.php/kinh-te/52-mua-ong"]


@pytest.mark.parametrize("name", NAMES)
def test_the_probe_tells_the_systems_apart(name: str) -> None:
    site = Stock(SYSTEMS[name])
    home = site.respond("/", ORIGIN)
    assert home is not None
    guess = recognise("huyen.test", [home.body], {}, list(site.paths()))
    assert guess.family == of(name)


@pytest.mark.parametrize(
    ("name", "page"),
    [
        ("nukeviet", "nukeviet-4-5"),
        ("nukeviet", "nukeviet-3"),
        ("nukeviet", "nukeviet-3-modern"),
        ("nukeviet", "nukeviet-mobile"),
        ("drupal", "drupal-7"),
        ("hexo", "hexo"),
    ],
)
def test_a_family_reads_its_golden_page(name: str, page: str) -> None:
    given = golden.load(page)
    found = reading(given.url, given.html, family(name).hints)
    wanted = {"lead": None, "author": None, "attachments": []} | given.expected
    assert [found.title, found.lead, found.body] == [wanted["title"], wanted["lead"], wanted["body"]]
    assert [found.author, found.captions] == [wanted["author"], wanted["captions"]]
    assert [[file.title, file.url] for file in found.attachments] == wanted["attachments"]
    assert found.published.value is not None


@pytest.mark.parametrize(
    ("name", "path", "article"),
    [
        ("drupal", "/node/345", True),
        ("drupal", "/?q=node/345", True),
        ("drupal", "/tin-tuc/xa-phu-lam-khanh-thanh-cau-dan-sinh", True),
        ("drupal", "/taxonomy/term/12", False),
        ("drupal", "/node/345/edit", False),
        ("drupal", "/gioi-thieu", False),
        ("hexo", "/2021/10/05/thu-vien-luu-dong/", True),
        ("hexo", "/blog/2021/10/05/thu-vien.html", True),
        ("hexo", "/archives/2021/10/05/", False),
        ("hexo", "/categories/Giao-duc/", False),
        ("nukeviet", "/about/gioi-thieu.html", False),
        ("nukeviet", "/vi/siteterms/privacy-2.html", False),
        ("nukeviet", "/vi/news/rss/", False),
    ],
)
def test_addresses(name: str, path: str, article: bool) -> None:
    pattern = family(name).article
    assert pattern is not None
    assert bool(pattern.search(path)) is article


@pytest.mark.parametrize("old", ["wordpress", "joomla", "drupal", "nukeviet"])
@pytest.mark.parametrize("new", ["hexo", "drupal-aliases", "wordpress", "nukeviet"])
def test_a_move_from_one_system_to_another_tells_the_same(old: str, new: str) -> None:
    if of(old) == of(new):
        return
    sites = Stock(SYSTEMS[old]), Stock(SYSTEMS[new])
    for number in (0, 7, 19):
        texts, designs = [], []
        for site in sites:
            path = list(site.paths())[number]
            page = site.respond(path, ORIGIN)
            assert page is not None
            found = record(reading(ORIGIN + "/bai", page.body, Hints()))
            texts.append(text_of(found))
            designs.append(found.design)
        assert tells_the_same(*texts, frozenset())
        assert not alike(*designs)


@pytest.mark.parametrize("name", NAMES)
def test_the_pages_of_a_system_have_like_signatures(name: str) -> None:
    site = Stock(SYSTEMS[name])
    designs = []
    for path in list(site.paths())[:20]:
        page = site.respond(path, ORIGIN)
        assert page is not None
        designs.append(record(reading(ORIGIN + path, page.body, Hints())).design)
    assert all(alike(designs[0], one) for one in designs)
