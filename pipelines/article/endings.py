"""Where an article ends, and what in the midst of it leads elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.article import phrases
from pipelines.article.captions import LONG
from pipelines.article.roles import Roles
from pipelines.article.spam import sells
from pipelines.html.blocks import Block


def closes(block: Block) -> bool:
    """Whether a block opens what follows an article: related news, comments, tags."""
    return (
        block.words <= 12
        and bool(phrases.CLOSING.match(block.text) or phrases.COMMENTS.match(block.text))
        and not block.text.endswith((".", ";", "!"))
    )


def article_ends(found: Sequence[Block], index: int, last: int, block: Block, roles: Roles) -> bool:
    """Whether a block opens what no longer is the article: comments, or a heading with no prose of its own
    behind it.
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
    row = "".join("l" if b.linked > 0.6 else "p" if _is_sentence(b) else "" for b in rest)
    goes_on = any(b.words > 25 and b.linked < 0.3 for b in rest) or ("p" in row and row.count("lp") < 2)
    return not goes_on or sum(b.linked for b in rest) > len(rest) / 2


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


def aside(found: Sequence[Block], index: int, block: Block, *, told: bool) -> str | None:
    """Why a block in the middle of the body leads elsewhere, or None: a link, a box of related news, the
    page's own table of contents.
    """
    if block.kind == "table":
        return None
    if block.linked > 0.3 and sells(block.text):
        return "planted links"
    if told:
        return None
    if block.linked > 0.8 and block.href.startswith("#"):
        return "contents"
    if block.linked >= 0.5 and phrases.CLOSING.match(block.text):
        return "a link to elsewhere"
    if block.linked > 0.9 and block.words >= 4 and not phrases.ends_sentence(block.text):
        return "a link to elsewhere"
    if closes(block):
        following = next((b for b in found[index + 1 : index + 9] if b.text and b.kind != "image"), None)
        if following is not None and following.linked > 0.6:
            return "heading of links to elsewhere"
    return None


def opens_contents(heading: Block, before: Block) -> bool:
    return heading is before and heading.words <= 5 and bool(phrases.CONTENTS.match(heading.text))


def drop_thumbnail(roles: Roles, pending: list[Block], link: Block) -> None:
    """Lets go of the small picture that stands before a link and leads to the same page."""
    for picture in [p for p in pending if p.kind == "image"]:
        around = picture.element.getparent()
        if around is not None and around.tag == "a" and around.get("href") == link.href:
            pending.remove(picture)
            roles.images.remove(picture)
