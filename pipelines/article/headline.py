"""The headline of an article, and the element that shows it.

The family names it, or the listing that led to the page, the page's metadata and its heading tags do; of
several places the one nearest before the body counts.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable
from functools import cache, partial

from lxml import etree, html

from pipelines.article import phrases
from pipelines.article.furniture import names_site
from pipelines.html.blocks import HEADINGS, Block, blocks
from pipelines.html.hidden import is_hidden
from pipelines.html.select import select
from pipelines.items import Hints
from storage.text import fold, visible

_TEXT_WITH = etree.XPath("//body/descendant::text()[contains(., $word)]")
_META_TITLE = etree.XPath(
    "descendant::meta[@property='og:title' or @name='og:title' or @name='twitter:title' or "
    "@itemprop='headline']/@content | head/title/text()"
)
_SITE_SEPARATOR = re.compile(r"\s+[|–—»«·:•-]+\s+|\s*[|»«]\s*")
_MOST_PARTS = 5  # of a title: site, section and a headline with two dashes
_SITE_NAME = etree.XPath("descendant::meta[@property='og:site_name']/@content")
_NEAR = 1.25  # of _Order: the body and its headline share a box three levels up
_TITLE_NAME = re.compile(r"title|headline|tieu-?de", re.I)


def headline(
    tree: html.HtmlElement, scope: html.HtmlElement, body: html.HtmlElement | None, hints: Hints
) -> tuple[str, html.HtmlElement | None]:
    """The headline of the page `tree` and its element under `scope`, None where no element shows it.

    `body` is the node of the article's text, if it is known. The text is "" where nothing names a headline.
    """
    for element in select(scope, hints.title):
        if text := visible(" ".join(element.itertext())):
            return text, element
    named = _headlines(tree, hints)
    before = _Order(body)
    texts = cache(partial(_TEXT_WITH, scope))  # the names of one page share their longest words
    for group in named:
        shown = []
        for name in group:
            if found := list(_with_text(name, texts)):
                best = max(
                    found, key=lambda e: (before(e) > 0, e.tag in HEADINGS, not _in_link(e), before(e))
                )
                shown.append(best)
                if best.tag in HEADINGS and before(best) >= _NEAR and not _in_link(best):
                    break
        if shown:  # a site's name stands in the banner, the headline by the text
            best = max(shown, key=lambda e: (before(e) > 0, not _in_link(e), before(e)))
            return visible(" ".join(best.itertext())), best
    headings = [
        e
        for e in scope.iter(*sorted(HEADINGS))
        if not is_hidden(e)
        and not _in_link(e)
        and 8 <= len(visible(" ".join(e.itertext()))) <= 400
        and before(e) > 0
    ]
    if headings:
        top = min(h.tag for h in headings)
        best = max((h for h in headings if h.tag == top), key=before)
        return visible(" ".join(best.itertext())), best
    if (block := _by_look(scope, body)) is not None:
        return block.text, block.element
    return (named[0][0] if named else ""), None


def _headlines(tree: html.HtmlElement, hints: Hints) -> list[list[str]]:
    """What the page, or the listing that led to it, calls itself, most trusted first; of each such text the
    parts that may be the headline: whole, then without what separators part from it, the longest first.

    A dash may belong to the headline, so neighbours stay together; what names the site comes last. Texts that
    say the same up to a part of it stand together.
    """
    given = [hints.listing_title or "", *map(str, _META_TITLE(tree))]
    site = fold(visible(next(iter(_SITE_NAME(tree)), "")))
    groups: list[list[str]] = []
    for text in dict.fromkeys(map(visible, given)):
        if len(text) < 8:
            continue
        names = [text.rstrip(" .…"), *_parts(text, site)]
        same = next((group for group in groups if not {*group}.isdisjoint(names)), None)
        if same is None:
            groups.append(names)
        else:
            same += [name for name in names if name not in same]
    return sorted(groups, key=lambda group: all(_is_site(name, site) for name in group))


def _parts(text: str, site: str) -> list[str]:
    """The stretches of `text` between separators, of 12 letters or more; `site`: its folded name or ""."""
    cuts = [(0, 0), *(match.span() for match in _SITE_SEPARATOR.finditer(text)), (len(text), len(text))]
    cuts = cuts if len(cuts) <= _MOST_PARTS + 1 else [*cuts[:_MOST_PARTS], cuts[-1]]
    stretches = (text[a[1] : b[0]].strip() for a, b in itertools.combinations(cuts, 2))
    parts = dict.fromkeys(part for part in stretches if len(part) >= 12 and part != text)
    return sorted(parts, key=lambda part: (_is_site(part, site), -len(part)))


def _is_site(name: str, site: str) -> bool:
    return bool(site and site in fold(name)) or names_site(name)


def _by_look(scope: html.HtmlElement, body: html.HtmlElement | None) -> Block | None:
    """The line that looks like a headline, on pages that name theirs nowhere: the last bold one before the
    text that is no sentence, no link and no date.
    """
    if body is None:
        return None
    found = blocks(scope)
    inside = {body, *body.iterdescendants()}
    first = next((i for i, b in enumerate(found) if b.words >= 25 and b.element in inside), 0)
    for block in reversed(found[max(0, first - 12) : first]):
        if (
            (block.bold or _TITLE_NAME.search(block.element.get("class") or ""))
            and 4 <= block.words <= 40
            and block.linked == 0
            and not phrases.ends_sentence(block.text)
            and not phrases.DATE.search(block.text)
        ):
            return block
    return None


def _with_text(
    headline: str, texts: Callable[..., list[etree._ElementUnicodeResult]]
) -> Iterable[html.HtmlElement]:
    """The elements whose text is `headline`, or begins with what is left of it where the page cut it.

    `texts` gives the page's pieces of text that hold `word`.
    """
    wanted = fold(headline)
    words = headline.split()
    start = " ".join(words[:4]) if len(words) > 4 else headline
    for text in texts(word=max(words[:4], key=len, default="")):
        if start not in " ".join(text.split()):
            continue
        element = text.getparent()
        if text.is_tail:
            element = element.getparent()
        for _ in range(3):
            if element is None or element.tag in ("body", "html", "script", "style", "head"):
                break
            own = fold(visible(" ".join(element.itertext())))
            if own.rstrip(" .…") == wanted.rstrip(" .…") or (
                len(wanted) > 50 and own.startswith(wanted) and len(own) < 400
            ):
                if not is_hidden(element):
                    yield element
                break
            if len(own) > len(wanted) + 200:
                break
            element = element.getparent()


def _in_link(element: html.HtmlElement) -> bool:
    return element.tag == "a" or any(a.tag == "a" for a in element.iterancestors())


class _Order:
    """How near before the body an element stands: 2 just before or inside its beginning, 0 after."""

    def __init__(self, body: html.HtmlElement | None) -> None:
        self._up = [] if body is None else [body, *body.iterancestors()]

    def __call__(self, element: html.HtmlElement) -> float:
        if not self._up:
            return 1
        chain = [element, *element.iterancestors()]
        depth = next((i for i, node in enumerate(self._up) if node in chain), None)
        if depth is None:
            return 0
        if depth == 0:
            return 1.5  # inside the body node: the headline of a page whose node holds both
        shared = self._up[depth]
        mine, its = chain[chain.index(shared) - 1] if chain.index(shared) else element, self._up[depth - 1]
        if mine is element and element is shared:
            return 0
        return 1 + 1 / (1 + depth) if shared.index(mine) < shared.index(its) else 0
