"""`huyen districts probe`: looks at a portal and finds what its registry entry needs.

The survey reads a few pages (home, sections, feeds, sitemaps, articles), as a crawl would read them, through
whatever network it is given; crawler.probe.proposal writes down what it found.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urljoin, urlsplit

from crawler.discover.feeds import feeds_of, read_feed, read_sitemap
from crawler.discover.links import Link, anchors, leads_to_article
from crawler.discover.urls import canonical, same_site
from crawler.errors import Unfetched
from crawler.families import family
from crawler.families.base import Listing
from crawler.fetch.responses import is_home
from crawler.probe import fingerprints
from crawler.probe.fingerprints import Guess, recognise
from crawler.probe.sections import Fetched, Seen, candidates, day_of, own_links
from pipelines.article.kinds import before_reading
from pipelines.html.parse import declared, parse
from pipelines.items import Article, Hints, RawPage
from storage.text import visible

if TYPE_CHECKING:
    pass

MAX_REQUESTS = 25  # of one probe, robots.txt and redirects included
MAX_SECTIONS = 13  # section pages looked at: feeds, sitemaps, a second page and articles need the rest
MAX_SIDE = 2  # feeds, and sitemaps, looked at
MAX_SAMPLES = 3
MIN_LINKS = 3  # article links of its own that make a page a listing
_REFRESH = "//meta[translate(@http-equiv,'REFSH','refsh')='refresh']/@content"


class Net(Protocol):
    """The network of a survey. `sitemaps` and `crawl_delay` are what the portal's robots.txt says."""

    @property
    def sitemaps(self) -> tuple[str, ...]: ...
    @property
    def crawl_delay(self) -> float | None: ...
    async def get(self, url: str, form: dict[str, str] | None = None) -> Fetched:
        """Returns the page at `url`, form posted where given. Raises Unfetched."""


@dataclass(frozen=True, slots=True)
class Section:
    """A listing page: its path, name, article links that are its own, and the newest day beside them."""

    path: str
    name: str
    links: int
    newest: str | None


@dataclass(slots=True)
class Survey:
    """What was found at a portal; `portal` is its address as the registry should have it."""

    portal: str
    guess: Guess = field(default_factory=lambda: Guess("generic", "none"))
    sections: list[Section] = field(default_factory=list)
    feeds: dict[str, int] = field(default_factory=dict)  # path: entries
    sitemaps: dict[str, tuple[int, int]] = field(default_factory=dict)  # path: articles, further sitemaps
    home_links: int = 0  # articles that the home page links
    sample: Article | None = None
    notes: list[str] = field(default_factory=list)

    @property
    def recognised(self) -> bool:
        """Whether a crawl would find articles."""
        return bool(self.sections or self.feeds or self.sitemaps or self.home_links >= MIN_LINKS)


async def survey(url: str, net: Net) -> Survey:
    """Looks at the portal at `url`. Raises Unfetched where its home page does not come."""
    home = await _home(url, net)
    found = Survey(_address(url, home.page.url))
    seen = [home]
    taken = {link.url for link in family("generic").links(home.listing)}
    named = candidates(home.parsed.tree, home.page.url, taken)
    below = (
        urlsplit(found.portal).path + "/"
    )  # one host may serve many districts, each in a folder of its own
    for address, name in [c for c in named if urlsplit(c[0]).path.startswith(below)][:MAX_SECTIONS]:
        page = await _page(net, address, found.notes)
        if page and canonical(page.url) not in {canonical(one.page.url) for one in seen}:  # one leads home
            seen.append(Seen(page, parse(page.body, page.headers), name))
    _recognise(found, seen)
    shown = {frozenset(link.url for link in s.links): s for s in reversed(seen[1:])}
    shown.pop(frozenset(link.url for link in home.links), None)  # the home page under another address
    pages = list(shown.values())[::-1]
    listings = [(page, own) for page, own in own_links(pages) if len(own) >= MIN_LINKS]
    for listing, own in listings:
        days = [day for link in own if (day := day_of(link, listing.page.fetched_at))]
        newest = max(days, default=None)
        found.sections.append(Section(_path(listing.page.url), listing.name, len(own), newest))
    found.home_links = len(home.links)
    await _paging(found, net, [page for page, _ in listings])
    await _feeds(found, net, home)
    await _sitemaps(found, net)
    links = [link for group in (*(own for _, own in listings), home.links) for link in group]
    found.sample = await _sample(found, net, links)
    await _secure(found, net)
    _notes(found, net, seen)
    return found


async def _home(url: str, net: Net) -> Seen:
    for _ in range(2):
        page = await net.get(url)
        if page.status != 200:
            raise Unfetched(page.url, f"http_{page.status}")
        parsed = parse(page.body, page.headers)
        refresh = re.search(r"url\s*=\s*['\"]?([^'\"]+)", " ".join(parsed.tree.xpath(_REFRESH)), re.I)
        target = _joined(page.url, refresh[1].strip()) if refresh else ""
        if not target or canonical(target) == canonical(page.url):
            break
        if sum(1 for _ in anchors(parsed.tree, page.url)) > MIN_LINKS:
            break  # a page that loads itself anew now and then
        url = target
    return Seen(page, parsed)


async def _page(net: Net, url: str, notes: list[str]) -> Fetched | None:
    """Returns the page at `url` where it came and is HTML; what is worth knowing of a failure goes to
    `notes`.
    """
    try:
        page = await net.get(url)
    except Unfetched as error:
        if error.reason not in ("budget", "off_site"):
            notes.append(f"{_path(url)} did not come: {error.reason}")
        return None
    kind = page.headers.get("content-type", "html")
    return page if page.status == 200 and ("html" in kind or "xml" in kind) else None


def _recognise(found: Survey, seen: Sequence[Seen]) -> None:
    """Names the family; one whose listings give no link at all is doubted."""
    generic = family("generic")
    paths = {_path(link.url) for s in seen for link in generic.links(s.listing)}
    guess = recognise(
        urlsplit(found.portal).hostname or "",
        [s.page.body.decode("utf-8", "replace") for s in seen],
        seen[0].page.headers,
        paths,
    )
    for name in dict.fromkeys((guess.family, "generic")):
        for s in seen:
            s.links = family(name).links(s.listing)
        if any(s.links for s in seen):
            break
    if name != guess.family:
        found.notes.append(f"looks like {guess.family} ({', '.join(guess.marks)}), but no link has its shape")
        guess = Guess("generic", "none")
    found.guess = guess


async def _paging(found: Survey, net: Net, listings: Sequence[Seen]) -> None:
    """Finds out whether a second page of a listing brings further articles; tries the first that has one."""
    fam = family(found.guess.family)
    for first in listings:
        following = fam.next_page(first.listing)
        if following is None:
            continue
        try:
            page = await net.get(following.url, following.form)
        except Unfetched as error:
            found.notes.append(f"page 2 of {_path(first.page.url)} did not come: {error.reason}")
            return
        tree = parse(page.body, page.headers).tree
        links = fam.links(Listing(tree, page.url, 2, following.state))
        new = {link.url for link in links} - {link.url for link in first.links}
        found.notes.append(f"page 2 of {_path(first.page.url)} brings {len(new)} further articles")
        return
    if listings:
        found.notes.append("no listing names a next page; only its first page would be read")


async def _feeds(found: Survey, net: Net, home: Seen) -> None:
    try:
        announced = feeds_of(home.parsed.tree, home.page.url)
    except ValueError:  # an address that is none
        announced = []
    wanted = [_joined(found.portal, url) for url in (*announced, *family(found.guess.family).feeds)]
    for url in list(dict.fromkeys(filter(None, wanted)))[:MAX_SIDE]:
        page = await _page(net, url, [])
        try:
            entries = (
                [e for e in read_feed(page.body, page.url) if same_site(e.url, found.portal)] if page else []
            )
        except ValueError:
            entries = []
        if entries:
            found.feeds[_path(url)] = len(entries)


async def _sitemaps(found: Survey, net: Net) -> None:
    fam = family(found.guess.family)
    wanted = [_joined(found.portal, url) for url in net.sitemaps or fam.sitemaps]
    for url in list(filter(None, wanted))[:MAX_SIDE]:
        page = await _page(net, url, [])
        try:
            pages, children = read_sitemap(page.body, page.url) if page else ([], [])
        except ValueError:
            continue
        articles = sum(leads_to_article(link.url, link.title, fam.article) for link in pages)
        if articles or children:
            found.sitemaps[_path(url)] = articles, len(children)


async def _sample(found: Survey, net: Net, links: Sequence[Link]) -> Article | None:
    """Returns the first of `links` that reads as an article with the family's hints."""
    from pipelines.chain import read  # it loads the reader

    tried = list({link.url: link for link in links}.values())[:MAX_SAMPLES]
    for link in tried:
        page = await _page(net, link.url, found.notes)
        if page is None:
            continue
        hints = family(found.guess.family).hints
        result = read(
            RawPage(
                canonical(page.url),
                page.body,
                page.fetched_at,
                headers=page.headers,
                hints=_with_listing(hints, link),
            )
        )
        if isinstance(result, Article):
            return result
        found.notes.append(f"{_path(link.url)} is no article: {result.reason}")
    return None


def _with_listing(hints: Hints, link: Link) -> Hints:
    from dataclasses import replace

    return replace(
        hints, listing_title=link.title or None, listing_date=link.date, listing_category=link.category
    )


async def _secure(found: Survey, net: Net) -> None:
    """Finds out whether a portal that was asked for by plain http answers by https as well."""
    parts = urlsplit(found.portal)
    if parts.scheme != "http" or parts.port not in (None, 80):
        return
    try:
        await net.get(f"https://{parts.hostname}/")
    except Unfetched as error:
        found.notes.append(f"answers by plain http only (https: {error.reason})")
    else:
        found.notes.append("answers by https as well: write the address so")


def _notes(found: Survey, net: Net, seen: Sequence[Seen]) -> None:
    """Notes what an operator should know beside the entry: encoding, robots.txt, generator."""
    home = seen[0]
    encodings = {s.parsed.encoding for s in seen}
    said = declared(home.page.body, home.page.headers)
    if encodings != {"utf-8"} or any(name not in ("utf-8", "utf8") for name in said):
        found.notes.append(f"encoding: {', '.join(sorted(encodings))}; declared: {', '.join(said) or 'none'}")
    if net.crawl_delay:
        found.notes.append(f"robots.txt asks for {net.crawl_delay:g} s between two requests")
    if wall := before_reading(home.page.url, home.parsed.tree, len(home.page.body)):
        found.notes.insert(0, f"the home page shows robots no page, but a {wall}")
    made = fingerprints.generator(home.page.body.decode("utf-8", "replace"))
    if made and found.guess.family == "generic":
        found.notes.append(f"the page names its generator: {visible(made)}")


def _address(asked: str, final: str) -> str:
    """Returns the portal's address: the path that was asked for, unless a home page's, on the host that
    answered.
    """
    parts = urlsplit(final if same_site(asked, final) else asked)
    path = urlsplit(asked).path.rstrip("/")
    return f"{parts.scheme}://{parts.netloc.lower()}{'' if is_home(asked, asked) else path}"


def _joined(base: str, url: str) -> str:
    """Returns `url`, as it stands on `base`, where it leads to the same site; else ""."""
    try:
        joined = urljoin(base, url)
        return canonical(joined) if same_site(joined, base) else ""
    except ValueError:
        return ""


def _path(url: str) -> str:
    """Returns path and query of `url`, as the registry writes addresses on the portal's own host."""
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
