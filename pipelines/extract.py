"""Stage 200: a page to an article's text, or to the name of what the page is instead.

The family, or structure and text, say where the article stands (locate); every block there gets its role
(roles). Where no family says what the body is and a short block stands at one of its ends, trafilatura is
asked for a second opinion.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from lxml import html

from pipelines.article import kinds
from pipelines.article.assign import assign, is_date_line
from pipelines.article.bylines import byline
from pipelines.article.explain import explained
from pipelines.article.furniture import keyed, names_site, repeated, sightings
from pipelines.article.roles import Roles
from pipelines.article.spam import spam_links
from pipelines.article.titles import beside
from pipelines.fields.author import chosen
from pipelines.fields.category import linked_category, tags, told_category
from pipelines.fields.lead import take_marked_lead
from pipelines.fields.media import attachments, images, shown
from pipelines.fields.plain import plain
from pipelines.html.address import base_of
from pipelines.html.blocks import Block, blocks
from pipelines.html.design import design_of
from pipelines.html.hidden import mark_hidden, reveal
from pipelines.html.parse import Page, parse
from pipelines.html.select import select_text
from pipelines.items import Article, NotAnArticle, RawPage
from pipelines.locating.arbiter import cut_ends
from pipelines.locating.confidence import DOUBTFUL, confidence, witnesses
from pipelines.locating.layout import lay_out
from pipelines.locating.locate import Place, locate
from pipelines.locating.witness import agreement
from pipelines.locating.zones import named as named_box

_DATE_NODE = 300  # letters: a node that holds more is no date's
_MAX_SECOND = 1_000  # paragraphs; a longer text is worth no second reading of its two ends


def extract(page: RawPage) -> Article | NotAnArticle:
    """Reads one page. No content makes it raise; the tree of `page`, where it has one, is used up."""
    parsed = Page(page.tree, "utf-8") if page.tree is not None else parse(page.body, page.headers)
    tree = parsed.tree
    if reason := kinds.before_reading(page.url, tree, len(page.body)):
        return NotAnArticle(page, reason)
    spam = spam_links(tree, page.url)
    category = told_category(tree, page)
    base = base_of(tree, page.url)
    mark_hidden(tree)
    reveal(tree, lambda e: named_box(e) is not None)
    place = locate(tree, page.hints)
    title = plain(place.headline) or plain(page.hints.listing_title or "")
    layout = lay_out(place, title)
    found, start, in_body = layout.found, layout.start, layout.body
    rest, own = found[start:], {i - start for i in in_body}
    named = keyed(rest, own, base)
    roles = assign(
        rest,
        title,
        own,
        told=place.told,
        furniture=repeated(rest, own, named, page.hints),
        host=urlsplit(page.url).netloc,
    )
    take_marked_lead(roles, rest, own)
    told_date = _told_fields(tree, place, page, roles)
    before = [b.text for b in found[max(0, start - 6) : start] if is_date_line(b.text, strict=True)]
    if place.title is not None and is_date_line(extra := beside(place.title, title)):
        before.append(extra)
    date_lines = [*dict.fromkeys([*before, *roles.date_lines])][:8]
    reason = kinds.after_reading(
        title,
        roles.body,
        len(roles.captions),
        _without(layout.scope(), roles),
        tree,
        dated=bool(date_lines),
        links=spam,
        shown=shown(place.node, roles),
    )
    if not title and parsed.damaged:
        reason = "unreadable"
    if not reason and not date_lines and sum(b.words for b in roles.body) < 60:
        reason = kinds.missing(blocks(tree))
    if reason and not (place.told and reason == "section_front"):
        return NotAnArticle(page, kinds.missing(blocks(tree)) or reason)
    if not place.told and layout.second is None and place.body is not None:
        cut_ends(place.body, roles)
    taken = {id(block) for block in [*roles.body, *roles.images]}
    named_site = roles.author if roles.author and names_site(roles.author) else None
    texts = (roles.lead, named_site)
    took = {i for i, block in enumerate(rest) if id(block) in taken or (block.text and block.text in texts)}
    article = Article(
        page=page,
        title=title,
        lead=plain(roles.lead) if roles.lead else None,
        body=[plain(row) for block in roles.body for row in (block.rows or [block.text])],
        author=chosen(roles.author, tree, page.url, title, [title, *(b.text for b in roles.body[:2])]),
        category=category or linked_category(place.node) or page.hints.listing_category,
        tags=tags(tree),
        captions=[plain(caption.text) for _, caption in roles.captions],
        images=images(base, roles),
        attachments=attachments(base, found, start, layout.area, roles),
        confidence=confidence(place, layout, roles.body, title),
        witnesses=witnesses(place, layout, roles.body),
        agreement=None if layout.second is None else round(agreement(roles.body, layout.second), 2),
        encoding=parsed.encoding,
        date_lines=date_lines,
        told_date=told_date,
        tree=tree,
        blocks=sightings(rest, own, named, took),
        design=design_of(place.root),
        explain=partial(explained, found, start, roles, title),
    )
    if article.lead and article.body and article.body[0] == article.lead:
        article.body.pop(0)
    flags = {
        "suspected_spam": spam >= 3,
        "damaged_text": parsed.damaged,
        "short": sum(len(p.split()) for p in [article.lead or "", *article.body]) < 40,
        "doubtful": article.confidence < DOUBTFUL,
        "captions_only": not article.body and not article.lead and bool(article.captions),
    }
    article.flags = sorted(name for name, on in flags.items() if on)
    return article


def _told_fields(tree: html.HtmlElement, place: Place, page: RawPage, roles: Roles) -> str | None:
    """What the family's selectors name outright wins over what looks tell. Returns the date node's text."""
    hints = page.hints
    if hints.lead and (lead := select_text(place.node, hints.lead)):
        roles.lead = lead
    if hints.author and (line := select_text(place.node, hints.author)):
        first = roles.body[0] if roles.body else Block("text", place.node)
        named = byline(Block("text", first.element, line, align="right"), last=True) or line
        roles.author = named
        if roles.body and roles.body[-1].text == line:
            roles.body.pop()
    if not hints.date or not (line := select_text(tree, hints.date)):
        return None
    roles.date_lines.insert(0, line)
    return line if len(line) <= _DATE_NODE else None


def _without(found: Sequence[Block], roles: Roles) -> list[Block]:
    """The blocks without what follows the article: its related news do not make a page a list of links."""
    after = {id(block) for reason, block in roles.cut if reason == "after the article"}
    return [block for block in found if id(block) not in after]


class ExtractPipeline:
    """Scrapy item pipeline: RawPage in, Article or NotAnArticle out."""

    def process_item(self, item: Any) -> Any:
        return extract(item) if isinstance(item, RawPage) else item
