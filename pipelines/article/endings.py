"""Where an article ends, and what in the midst of it leads elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from lxml import html

from pipelines.article import phrases
from pipelines.article.captions import LONG
from pipelines.article.navigation import leads_elsewhere
from pipelines.article.roles import Roles
from pipelines.article.spam import sells
from pipelines.html.blocks import Block
from pipelines.html.documents import document_type


def closes(block: Block) -> bool:
    """Returns whether a block opens what follows an article: related news, comments, tags."""
    return (
        block.words <= 12
        and bool(phrases.CLOSING.match(block.text) or phrases.COMMENTS.match(block.text))
        and not block.text.endswith((".", ";", "!"))
    )


def article_ends(found: Sequence[Block], index: int, last: int, block: Block, roles: Roles) -> bool:
    """Returns whether a block opens what no longer is the article: comments, or a heading with no prose of
    its own behind it.
    """
    if (
        block.words <= 12
        and roles.body
        and phrases.COMMENTS.match(block.text)
        and block.text[-1] not in ".;!"
    ):
        return True
    if not closes(block):
        return False
    rest = [b for b in found[index + 1 : last + 1] if b.text]
    row = "".join("l" if leads_elsewhere(b) else "p" if _is_sentence(b) else "" for b in rest)
    if "pp" in row and row.count("lp") < 3:  # paragraphs behind one another are no list of teasers
        return False
    goes_on = any(b.words > 25 and b.linked < 0.3 for b in rest) or ("p" in row and row.count("lp") < 2)
    return not goes_on or sum(1.0 if leads_elsewhere(b) else b.linked for b in rest) > len(rest) / 2


def _is_sentence(block: Block) -> bool:
    return block.words >= 12 and block.linked < 0.3 and phrases.ends_sentence(block.text)


def cut_imprint(roles: Roles) -> None:
    """Cuts the site's imprint (copyright, licence, editor) where a page sets it under the article."""
    for index, block in enumerate(roles.body):
        if block.words > LONG or not phrases.IMPRINT.match(block.text):
            continue
        rest = roles.body[index:]
        if sum(b.words > LONG for b in rest) == 0 and (index or sum(b.words for b in rest) < 60):
            roles.cut += [("imprint", b) for b in rest]
            del roles.body[index:]
            return


def aside(
    found: Sequence[Block],
    index: int,
    block: Block,
    *,
    told: bool,
    host: str = "",
    last: int = -1,
    before: Block | None = None,
) -> str | None:
    """Returns why a block in the middle of the body leads elsewhere, or None: a link, a box of related news,
    the page's own table of contents. `host`: the page's; `last`: the index of the body's last prose;
    `before`: what was read last.
    """
    if block.kind == "table":
        return "a table of links" if not told and index > last - 1 and _lists_pages(block.element) else None
    if block.linked > 0.3 and sells(block.text):
        return "planted links"
    if told:
        return None
    if block.words <= _OFFER and phrases.OFFER.match(block.text):
        return "an offer of the site"
    if block.words <= _CREDIT and phrases.is_credit(block.text) and not phrases.ends_sentence(block.text):
        return "the owner of a picture"
    if block.linked > 0.8 and block.href.startswith("#"):
        return "contents"
    if block.linked >= 0.5 and phrases.CLOSING.match(block.text):
        return "a link to elsewhere"
    if block.linked > 0.9 and block.words >= 4 and not phrases.ends_sentence(block.text):
        number = phrases.DOCUMENT_NUMBER.search(block.text) is not None
        abroad = bool(host) and "//" in block.href and host not in block.href
        meant = index < last or (before is not None and (before.text.endswith(":") or before.linked > 0.9))
        return None if (number and meant) or (abroad and index < last) else "a link to elsewhere"
    if closes(block):
        following = next((b for b in found[index + 1 : index + 9] if b.text and b.kind != "image"), None)
        if following is not None and leads_elsewhere(following):
            return "heading of links to elsewhere"
    return None


def _lists_pages(table: html.HtmlElement) -> bool:
    """Whether a table is a list of other pages: nearly every row is a link, with a date at most."""
    rows = linked = 0
    for row in table.iter("tr"):
        text = "".join(row.itertext()).strip()
        if not text:
            continue
        rows += 1
        links = [a for a in row.iter("a") if a.get("href") and not document_type(a.get("href") or "")]
        inside = sum(len("".join(a.itertext()).strip()) for a in links)
        linked += inside >= 15 and inside >= 0.6 * len(phrases.DATE.sub("", text))
    return rows >= 3 and linked >= 0.7 * rows


def is_teaser(roles: Roles, block: Block) -> bool:
    """Returns whether a block introduces the page that the link cut just before it leads to: both share a
    small box.

    The box holds nothing else to read; the node of an article's text holds more than one link and one teaser.
    """
    cut = roles.cut
    if not (cut and roles.body) or cut[-1][0] not in ("a link to elsewhere", "introduces another page"):
        return False
    if block.kind in ("table", "image", "file"):
        return False
    link = cut[-1][1].element
    above = {link, *islice(link.iterancestors(), _BOX)}
    shared = next((e for e in islice(block.element.iterancestors(), _BOX) if e in above), None)
    if shared is None or shared.tag in ("body", "article", "main", "td"):
        return False
    if any(shared in (b.element, *b.element.iterancestors()) for b in roles.body[-2:]):
        return False
    paragraphs = [e for e in shared.iter("p") if len("".join(e.itertext()).strip()) >= 60]
    return len("".join(shared.itertext()).strip()) <= 1.3 * (
        len(cut[-1][1].text) + len(block.text)
    ) + 40 and (len(paragraphs) <= 1)


_OFFER = 35  # words of a line that asks readers to follow or to pay
_CREDIT = 15  # words of a line that names the owner of a picture
_BOX = 3  # levels that a link and its teaser share a box within


def opens_contents(heading: Block, before: Block) -> bool:
    return heading is before and heading.words <= 5 and bool(phrases.CONTENTS.match(heading.text))


def drop_thumbnail(roles: Roles, pending: list[Block], link: Block) -> None:
    """Lets go of the small picture that stands before a link and leads to the same page."""
    for picture in [p for p in pending if p.kind == "image"]:
        around = picture.element.getparent()
        if around is not None and around.tag == "a" and around.get("href") == link.href:
            pending.remove(picture)
            roles.images.remove(picture)
