"""What on a page may be the article: what standards mark, the headline's own branch, the running text.

Each candidate is one witness. None is right on all pages: marks stand on teasers too, the longest text may be
a history of the district in a side column. The arbiter compares them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from lxml import etree, html

from pipelines.html.blocks import HEADINGS
from pipelines.html.hidden import is_hidden
from pipelines.html.select import holding
from pipelines.items import Hints
from pipelines.locating.votes import Piece
from pipelines.locating.zones import Zones, named
from storage.text import fold, visible

# schema.org in its three spellings; hAtom and h-entry, which WordPress and its kin write
_MARKED = {
    "itemprop": re.compile(r"\AarticleBody\Z"),
    "property": re.compile(r"\A(?:articleBody|schema:articleBody|content:encoded)\Z"),
    "class": re.compile(r"(?:\A|[ \t\r\n])(?:entry-content|e-content)(?:[ \t\r\n]|\Z)"),
}
_NAMED = etree.XPath(
    "descendant::meta[@property='og:title' or @name='og:title' or @name='twitter:title' or "
    "@itemprop='headline']/@content | head/title/text()"
)
_SHORTEST = 60  # letters of a marked text that is believed; under it, a script fills the box


def heading_of(tree: html.HtmlElement, hints: Hints) -> html.HtmlElement | None:
    """Returns the heading that names the page: one its metadata repeat, else its only h1; None where none
    does.
    """
    said = "\n".join(_letters(str(t)) for t in [hints.listing_title or "", *_NAMED(tree)])
    found = [
        (e, text)
        for e in tree.iter(*sorted(HEADINGS))
        if not is_hidden(e) and len(text := _letters("".join(e.itertext()))) >= 8
    ]
    repeated = [e for e, text in found if text in said and len(text) >= 12 and not _in_link(e)]
    tops = [e for e, _ in found if e.tag == "h1" and not _in_link(e)]
    for group in (repeated, tops if len(tops) == 1 else []):
        clear = [e for e in group if not any(named(a) == "sure" for a in (e, *e.iterancestors()))]
        if clear:
            return min(clear, key=lambda e: e.tag)
    return None


def marks_of(scope: html.HtmlElement) -> list[html.HtmlElement]:
    """Returns the outermost elements under `scope` that standards mark as an article's text."""
    found = [e for e in holding(scope, _MARKED) if not is_hidden(e)]
    return [e for e in found if not any(a in found for a in e.iterancestors())]


def marked(
    marks: Sequence[html.HtmlElement], zones: Zones, pieces: Sequence[Piece]
) -> list[html.HtmlElement]:
    """Returns those of `marks` that hold running text and are no furniture."""
    return [e for e in marks if not zones.furniture(e) and held(e, pieces) >= _SHORTEST]


def held(node: html.HtmlElement, pieces: Sequence[Piece]) -> int:
    """Returns the letters of running text that `node` holds."""
    return sum(p.letters for p in pieces if node in (p.element, *p.element.iterancestors()))


def _in_link(element: html.HtmlElement) -> bool:
    return element.tag == "a" or any(a.tag == "a" for a in element.iterancestors())


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, fold(visible(text))))
