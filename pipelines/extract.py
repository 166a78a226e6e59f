"""Stage 200: a page to an article's text, or to the name of what the page is instead.

The family, or structure and text, say where the article stands (locate); every block there gets its role
(roles). Where no family says what the body is and a short block stands at one of its ends, trafilatura is
asked for a second opinion.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any
from urllib.parse import urlsplit
from zlib import crc32

from lxml import html

from pipelines.article import kinds
from pipelines.article.assign import assign
from pipelines.article.bylines import byline
from pipelines.article.explain import explained
from pipelines.article.furniture import keyed, names_site, repeated, sightings, spotted
from pipelines.article.navigation import is_date_line
from pipelines.article.roles import Roles
from pipelines.article.spam import spam_links
from pipelines.article.titles import beside
from pipelines.boilerplate.learning import Portals, Refused
from pipelines.boilerplate.pieces import Pieces, cut
from pipelines.fields.author import chosen
from pipelines.fields.category import linked_category, tags, told_category
from pipelines.fields.lead import take_marked_lead
from pipelines.fields.media import attachments, candidates, images, shown
from pipelines.fields.plain import plain
from pipelines.files.sniff import is_file
from pipelines.html.address import base_of
from pipelines.html.blocks import Block, blocks
from pipelines.html.design import BOXES, MOST, design_of
from pipelines.html.documents import document_type
from pipelines.html.hidden import mark_hidden, open_noscript, reveal
from pipelines.html.parse import Page, ends_early, parse, parse_plain
from pipelines.html.select import CUT, compiled, select_text
from pipelines.html.spots import body_key
from pipelines.html.unfold import unfold
from pipelines.items import Article, Attachment, NotAnArticle, Part, RawPage
from pipelines.locating.arbiter import cut_ends
from pipelines.locating.confidence import DOUBTFUL, SURE, confidence, witnesses
from pipelines.locating.layout import Layout, lay_out, second_chance
from pipelines.locating.locate import Place, locate
from pipelines.locating.votes import may_be_teaser
from pipelines.locating.witness import agreement, second_reading
from pipelines.locating.zones import named as named_box
from pipelines.parts.join import joined
from pipelines.parts.pager import further, printed_address, turns
from storage.vocabulary import CUT_SHORT

_SPAM = 3  # links that sell; fewer may be an accident
_SHORT = 40  # words of lead and body below which a text is flagged
_WORDS = 60  # of a text without a date below which a sentence may say that the page is not there
_SAMPLED = 10  # one article in so many is compared in a crawl; a second reading takes longer than ours
_DATE_NODE = 300  # letters: a node that holds more is no date's
# One of them, and the dates of the whole page tell in which order it prints them (pipelines.dates).
_AMERICAN_CLOCK = re.compile(rb":\d\d(?:\s|&#?\w{2,6};)*(?:[AP]M|SA|CH)", re.I)
_LEFT = compiled(f"descendant::*[@{CUT}]")


@dataclass(slots=True)
class _Placed:
    """One page as it is read, up to the place of its article."""

    page: RawPage
    parsed: Page
    spam: int  # links that sell
    category: str | None
    base: str
    place: Place


@dataclass(slots=True)
class _Reading(_Placed):
    """One page as it is read: what each step found, for the steps after it."""

    title: str
    layout: Layout
    rest: list[Block]  # the blocks behind the headline
    own: set[int]  # those of `rest` that are the body's
    named: dict[int, str]  # index to key: those of `rest` that may turn out to be furniture
    spots: dict[int, str]  # index to the key of its place: those that are links to other articles
    roles: Roles
    date_lines: list[str] = field(default_factory=list)
    told_date: str | None = None


def extract(page: RawPage, *, compare: bool = False) -> Article | NotAnArticle:
    """Reads one page. No content makes it raise; the tree of `page`, where it has one, is used up.

    `compare`: the second reader is asked in any case, only to measure how far it agrees (Article.agreement).
    """
    found = _read(page, compare=True) if compare else _PORTALS.read(page)
    if isinstance(found, NotAnArticle):
        return found
    return joined(
        found,
        [(part, _read(_as_page(page, part, found.title), compare=False)) for part in page.parts],
    )


def _as_page(page: RawPage, part: Part, title: str) -> RawPage:
    """Returns a further page of the article `title` at `page` as a page to read."""
    hints = replace(page.hints, listing_title=title)
    own = {"url": part.url, "body": part.body, "headers": part.headers, "capture": part.capture}
    return replace(page, **own, hints=hints, tree=None, parts=(), part_of=page.url)  # type: ignore[arg-type]


def _read(page: RawPage, *, compare: bool) -> Article | NotAnArticle:
    """Reads one page by itself."""
    if page.hints.listing_title and is_file(page.body):
        return of_one_file(page, page.hints.listing_title)
    parsed = Page(page.tree, "utf-8") if page.tree is not None else parse(page.body, page.headers)
    if reason := kinds.before_reading(page.url, parsed.tree, len(page.body)):
        return NotAnArticle(page, reason)
    pages = further(parsed.tree, page.url or printed_address(parsed.tree), page.part_of or None)
    reading, reason = _judged(_assigned(_placed(page, parsed, page.body)))
    if reason == "empty" and (layout := second_chance(reading.place, reading.title)):
        reading = _laid_out(reading, layout)
        reason = _no_article(reading)
    if reason:
        return NotAnArticle(page, reason)
    place = reading.place
    article = _article(reading)
    article.further = pages
    second = (
        second_reading(place.root) if reading.layout.second is None and compare else reading.layout.second
    )
    if second is not None:
        article.agreement = round(agreement(reading.roles.body, second), 2)
    return article


def read_cut(page: RawPage, pieces: Pieces) -> Article | Refused:
    """Reads one page without `pieces`, where that cannot make a difference."""
    body, count = cut(page.body, pieces)
    if count < len(pieces.found):
        return Refused(missing=True)
    told = f"{page.hints.listing_date} {page.hints.feed_date}".encode()
    tree = None if _AMERICAN_CLOCK.search(body) or _AMERICAN_CLOCK.search(told) else parse_plain(body)
    if tree is None:
        return Refused()
    left = [(e.get(CUT).partition(" ")[2], e) for e in _LEFT(tree)]
    if sorted(n for n, _ in left) != sorted(map(str, range(count))):
        return Refused()
    if kinds.before_reading(page.url, tree, len(page.body)):
        return Refused()
    if turns(tree, page.url or printed_address(tree), pieces.links):
        return Refused()
    placed = _placed(page, Page(tree, "utf-8"), body)
    place = placed.place
    above = [(int(number), [e, *e.iterancestors()]) for number, e in left]
    inside = frozenset(number for number, path in above if place.node in path)
    if inside:
        return Refused(inside=inside)
    gone = frozenset(number for number, path in above if tree not in path)
    found_by_itself = place.sure and place.witnesses and (place.told or place.clear)
    boxes = sum(1 for _ in place.root.iter(*BOXES))
    if not found_by_itself or boxes + pieces.count > MOST or (not place.told and _is_small(place, above)):
        return Refused()
    reading, reason = _judged(_assigned(placed))
    # what a short page without a date says anywhere on it may tell that it is none
    if reason or (not reading.date_lines and sum(b.words for b in reading.roles.body) < _WORDS):
        return Refused()
    return _article(reading, pieces.boxes(place.pruned, gone))


def _is_small(place: Place, above: list[tuple[int, list[html.HtmlElement]]]) -> bool:
    """Whether a box around the article and a piece might be a teaser's by what is left of it."""
    around = {node for _, path in above for node in path} & {*place.node.iterancestors()}
    return any(may_be_teaser(node) for node in around)


def _judged(reading: _Reading) -> tuple[_Reading, str | None]:
    """Lets the family and the lines around the headline have their say; returns why the page is no article,
    too.
    """
    take_marked_lead(reading.roles, reading.rest, reading.own)
    reading.told_date = _told_fields(reading)
    reading.date_lines = _date_lines(reading)
    return reading, _no_article(reading)


def _placed(page: RawPage, parsed: Page, source: bytes) -> _Placed:
    """Finds the article's place on the page; `source`: the bytes that were parsed."""
    tree = parsed.tree
    spam = spam_links(tree, page.url)  # before hidden elements are marked: intruders hide theirs
    category = told_category(tree, page.hints, source)
    base = base_of(tree, page.url)
    open_noscript(tree)
    unfold(tree)
    mark_hidden(tree)
    reveal(tree, lambda e: named_box(e) is not None)
    return _Placed(page, parsed, spam, category, base, locate(tree, page.hints))


def _assigned(placed: _Placed) -> _Reading:
    """Finds the blocks of an article and the role of each."""
    page, place, base = placed.page, placed.place, placed.base
    title = plain(place.headline) or plain(page.hints.listing_title or "")
    layout = lay_out(place, title)
    rest, own = layout.found[layout.start :], {i - layout.start for i in layout.body}
    named = keyed(rest, own, base)
    spots = spotted(rest, named, page.url)
    roles = assign(
        rest,
        title,
        own,
        told=place.told,
        furniture=repeated(rest, own, named, page.hints, spots),
        host=urlsplit(page.url).netloc,
    )
    around = (page, placed.parsed, placed.spam, placed.category, base, place)
    return _Reading(*around, title, layout, rest, own, named, spots, roles)


def _laid_out(reading: _Reading, layout: Layout) -> _Reading:
    """The same page read at another `layout`; the lines that may date it stay."""
    rest, own = layout.found[layout.start :], {i - layout.start for i in layout.body}
    named = keyed(rest, own, reading.base)
    spots = spotted(rest, named, reading.page.url)
    roles = assign(
        rest,
        reading.title,
        own,
        told=False,
        furniture=repeated(rest, own, named, reading.page.hints, spots),
        host=urlsplit(reading.page.url).netloc,
    )
    return replace(reading, layout=layout, rest=rest, own=own, named=named, spots=spots, roles=roles)


def _date_lines(reading: _Reading) -> list[str]:
    """Returns the lines that may date the article, at most 8: above the headline, beside it, below it."""
    found, start, title = reading.layout.found, reading.layout.start, reading.place.title
    lines = [b.text for b in found[max(0, start - 6) : start] if is_date_line(b.text, strict=True)]
    if title is not None and is_date_line(extra := beside(title, reading.title)):
        lines.append(extra)
    return [*dict.fromkeys([*lines, *reading.roles.date_lines])][:8]


def _no_article(reading: _Reading) -> str | None:
    """Returns why the page is no article, None where it is one."""
    roles, tree, dated = reading.roles, reading.parsed.tree, bool(reading.date_lines)
    reason = kinds.after_reading(
        reading.title,
        roles.body,
        len(roles.captions),
        _without(reading.layout.scope(), roles),
        tree,
        dated=dated,
        links=reading.spam,
        shown=shown(reading.place.node, roles),
    )
    if not reading.title and reading.parsed.damaged:
        reason = "unreadable"
    if not reason and not dated and sum(b.words for b in roles.body) < _WORDS:
        reason = kinds.missing(blocks(tree))
    if reading.page.part_of and roles.body:  # the last page may hold a line
        return None
    if reason == "section_front" and reading.place.told:  # the family says where its articles stand
        return None
    return reason and (kinds.missing(blocks(tree)) or reason)


def _article(reading: _Reading, boxes: Collection[str] = ()) -> Article:
    """Returns the article that was read; `boxes`: names of those that were cut."""
    page, tree, place, layout = reading.page, reading.parsed.tree, reading.place, reading.layout
    if not place.told and layout.second is None and place.body is not None:
        cut_ends(place.body, reading.roles)
    roles, title = reading.roles, reading.title
    article = Article(
        page=page,
        title=title,
        lead=plain(roles.lead) if roles.lead else None,
        body=[plain(row) for block in roles.body for row in (block.rows or [block.text])],
        author=chosen(roles.author, tree, page.url, title, [title, *(b.text for b in roles.body[:2])]),
        category=reading.category or linked_category(place.node) or page.hints.listing_category,
        tags=tags(tree),
        captions=[plain(caption.text) for _, caption in roles.captions],
        images=images(reading.base, roles),
        attachments=attachments(reading.base, layout.found, layout.start, layout.area, roles),
        confidence=confidence(place, layout, roles.body, title),
        witnesses=witnesses(place, layout, roles.body),
        encoding=reading.parsed.encoding,
        date_lines=reading.date_lines,
        told_date=reading.told_date,
        tree=tree,
        blocks=sightings(reading.rest, reading.own, reading.named, _taken(reading), reading.spots),
        design=design_of(place.root, boxes),
        explain=partial(explained, layout.found, layout.start, roles, title),
    )
    around = (reading.base, layout.found, layout.start, layout.area)
    article.candidates = candidates(*around, article.attachments)
    article.blocks += _places(reading, article)
    if article.lead and article.body and article.body[0] == article.lead:
        article.body.pop(0)
    article.flags = _flags(article, reading)
    return article


def _places(reading: _Reading, article: Article) -> list[tuple[str, str, int]]:
    """Returns where the text stands, for the archive to count, if it was read with confidence and nobody
    told.
    """
    place = reading.place
    if place.told or place.body is None or not article.body or article.confidence < SURE:
        return []
    found = body_key(place.body)
    return [(*found, 0)] if found else []


def _taken(reading: _Reading) -> set[int]:
    """Returns the indexes of the blocks that the article took: by themselves, or by their text."""
    roles = reading.roles
    kept = {id(block) for block in [*roles.body, *roles.images]}
    texts = (roles.lead, roles.author if roles.author and names_site(roles.author) else None)
    return {i for i, b in enumerate(reading.rest) if id(b) in kept or (b.text and b.text in texts)}


def _flags(article: Article, reading: _Reading) -> list[str]:
    """Returns the flags of a text, sorted; docs/codebook.md says what each means."""
    flags = {
        "suspected_spam": reading.spam >= _SPAM,
        "damaged_text": reading.parsed.damaged,
        CUT_SHORT: ends_early(reading.page.body),
        "short": sum(len(p.split()) for p in [article.lead or "", *article.body]) < _SHORT,
        "doubtful": article.confidence < DOUBTFUL,
        "captions_only": not article.body and not article.lead and bool(article.captions),
    }
    return sorted(name for name, on in flags.items() if on)


def _told_fields(reading: _Reading) -> str | None:
    """Lets what the family's selectors name win over what looks tell; returns the text of the date node."""
    hints, roles, node = reading.page.hints, reading.roles, reading.place.node
    if hints.lead and (lead := select_text(node, hints.lead)):
        roles.lead = lead
    if hints.author and (line := select_text(node, hints.author)):
        first = roles.body[0] if roles.body else Block("text", node)
        named = byline(Block("text", first.element, line, align="right"), last=True) or line
        roles.author = named
        if roles.body and roles.body[-1].text == line:
            roles.body.pop()
    if not hints.date or not (line := select_text(reading.parsed.tree, hints.date)):
        return None
    roles.date_lines.insert(0, line)
    return line if len(line) <= _DATE_NODE else None


def of_one_file(page: RawPage, title: str) -> Article:
    """Returns the article that is a file, which a section listed under `title`: a decision, a plan, a notice.

    Its text is not read here; the file is its attachment, and what the listing printed dates it.
    """
    kind = document_type(page.url) or "file"
    file = Attachment(page.url, title, kind)
    category = page.hints.listing_category
    return Article(page, title, category=category, attachments=[file], flags=["short"], confidence=DOUBTFUL)


def _without(found: Sequence[Block], roles: Roles) -> list[Block]:
    """The blocks without what follows the article: its related news do not make a page a list of links."""
    after = {id(block) for reason, block in roles.cut if reason == "after the article"}
    return [block for block in found if id(block) not in after]


def _whole(page: RawPage) -> Article | NotAnArticle:
    return _read(page, compare=False)


_PORTALS = Portals(_whole, read_cut)
forget = _PORTALS.forget


def is_sampled(url: str) -> bool:
    """Whether the article at `url` is one of the tenth that a crawl compares with the second reader."""
    return crc32(url.encode()) % _SAMPLED == 0


class ExtractPipeline:
    """Scrapy item pipeline: RawPage in, Article or NotAnArticle out."""

    def process_item(self, item: Any) -> Any:
        return extract(item, compare=is_sampled(item.url)) if isinstance(item, RawPage) else item
