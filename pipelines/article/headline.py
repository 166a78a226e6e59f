"""The headline of an article, and the element that shows it.

The family names it, or the listing that led to the page, the page's metadata and its heading tags do; of
several places the one nearest before the body counts. What stands behind the text, in a menu or a breadcrumb,
or names the site or a section is no headline, however the page calls itself.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial

from lxml import etree, html

from pipelines.article import phrases
from pipelines.article.furniture import names_site
from pipelines.article.titles import bare, is_generic, letters, title_of, without_site
from pipelines.html.blocks import HEADINGS, Block, blocks
from pipelines.html.hidden import is_hidden
from pipelines.html.jsonld import entries
from pipelines.html.select import holding, select
from pipelines.items import Hints
from storage.text import fold, visible, words

_TEXT_WITH = etree.XPath("//body/descendant::text()[contains(., $word) or contains(., $capitals)]")
_OG_TITLE = etree.XPath("descendant::meta[@property='og:title' or @name='og:title']/@content")
_META_TITLE = etree.XPath(
    "descendant::meta[@itemprop='headline' or @name='twitter:title' or @property='twitter:title']/@content"
)
_TITLE = etree.XPath("head/title/text()")
_SITE_SEPARATOR = re.compile(r"\s+[|–—»«·:•-]+\s+|\s*[|»«]\s*")
_MOST_PARTS = 5  # of a title: site, section and a headline with two dashes
_SITE_NAME = etree.XPath("descendant::meta[@property='og:site_name']/@content")
_LINKS = etree.XPath("descendant::a")
_NEAR = 1.25  # of _Order: the body and its headline share a box three levels up
_FAR_IN = 400  # letters of the body before an element inside it: what follows them is no headline
_TITLE_NAME = re.compile(r"(?<![a-z])(?:\w*title|headline|tieu-?de\w*|tde|ten-?bai)(?![a-z])|Title\b", re.I)
_NO_TITLE = re.compile(
    r"sub-?title|site-?title|section-?title|widget|block-?title|box-?title|related|module-?title", re.I
)
_TITLED = {"class": re.compile("itle|ITLE|eadline|ieu|ten-bai|tde"), "id": re.compile("itle|ieu")}
_SHARED = 0.6  # of the words of the shorter of two names that mean the same
_PROSE, _LONG = 12, 25  # words of a paragraph of the text; a headline may have the former
_ARTICLE = re.compile(r"article|posting|report", re.I)


def headline(
    tree: html.HtmlElement, scope: html.HtmlElement, body: html.HtmlElement | None, hints: Hints
) -> tuple[str, html.HtmlElement | None, bool]:
    """Returns the headline of the page `tree`, its element under `scope` (None where no element shows it),
    and whether the family or the page's own names found it, without a look at anything else.

    `body` is the node of the article's text, if it is known. The text is "" where nothing names a headline.
    """
    for element in select(scope, hints.title):
        if text := title_of(element):
            return text, element, True
    named = _headlines(tree, hints)
    before = _Order(body)
    shown = _shown(named, scope, before)
    if shown is not None and (
        _is_heading(shown) or before(shown) >= _NEAR or len(title_of(shown).split()) > 6
    ):
        return title_of(shown), shown, True
    best = _looks_so(tree, scope, body, before, named)
    if best is None or (shown is not None and before(shown) >= before(best)):
        best = shown
    if best is not None:
        return title_of(best), best, False
    if (block := _by_look(scope, body)) is not None:
        return bare(block.text), block.element, False
    if not named:  # a page that calls itself "Liên hệ"
        said = next((str(name) for name in (*_OG_TITLE(tree), *_TITLE(tree)) if name.strip()), "")
        return visible(said), None, False
    return bare(without_site(named[0][0], _labels(tree))), None, False


def _shown(
    named: list[list[str]], scope: html.HtmlElement, before: Callable[[html.HtmlElement], float]
) -> html.HtmlElement | None:
    """The element that shows one of the page's names, before the text and in no link to elsewhere."""
    texts = cache(partial(_TEXT_WITH, scope))  # the names of one page share their longest words
    for group in named:
        shown = []
        for name in group:
            found = [e for e in _with_text(name, texts) if before(e) > 0 and not _leads_away(e)]
            if found:
                best = max(found, key=lambda e: (_is_heading(e), before(e)))
                shown.append(best)
                if _is_heading(best) and before(best) >= _NEAR:
                    break
        if shown:  # a site's name stands in the banner, the headline by the text
            return max(shown, key=before)
    return None


def _looks_so(
    tree: html.HtmlElement,
    scope: html.HtmlElement,
    body: html.HtmlElement | None,
    before: Callable[[html.HtmlElement], float],
    named: list[list[str]],
) -> html.HtmlElement | None:
    """The heading, else the element that its class calls a title, that stands best before the text."""
    own = {letters(name) for group in named for name in group}
    labels = _labels(tree)
    plain: list[html.HtmlElement] = []
    for candidates in (scope.iter(*sorted(HEADINGS)), _titled(scope) if body is not None else ()):
        rated = []
        elements = [*candidates]
        alike = Counter(map(_look, elements))
        for element in elements:
            if (
                _is_entry(element, alike)
                or is_hidden(element)
                or _leads_away(element)
                or (place := before(element)) <= 0
            ):
                continue
            text = title_of(element)
            if not 2 <= len(text) <= 400 or not any(map(str.isalpha, text)):
                continue
            if is_generic(text):  # a notice may be headed "Thông báo" only
                if element.tag in HEADINGS and place >= _NEAR and not names_site(text):
                    plain.append(element)
                continue
            short = len(text) < 8 and place < _NEAR
            if short or (fold(text) in labels and letters(text) not in own) or phrases.CLOSING.match(text):
                continue
            level = int(element.tag[1]) if element.tag in HEADINGS else 4
            said = letters(text) in own
            rated.append(
                (
                    said,
                    7 - level if not said and _is_like(text, named) else 0,
                    -level if place < _NEAR else 0,
                    place,
                    -level,
                    element,
                )
            )
        if rated:
            return max(rated, key=lambda entry: entry[:-1])[-1]
    return max(plain, key=before, default=None)


def _is_like(text: str, named: list[list[str]]) -> bool:
    """Whether a heading shares most of its words with the page's name: editors give search engines another
    one.
    """
    own = {*words(text)}
    for group in named:
        told = {*words(group[0])}
        shared = len(own & told)
        if shared >= 2 and shared >= _SHARED * min(len(own), len(told)):
            return True
    return False


def _titled(scope: html.HtmlElement) -> Iterator[html.HtmlElement]:
    for element in holding(scope, _TITLED):
        name = f"{element.get('class') or ''} {element.get('id') or ''}"
        if (
            element.tag not in ("body", "a", "html")
            and _TITLE_NAME.search(name)
            and not _NO_TITLE.search(name)
            and len("".join(element.itertext())) < 600
        ):
            yield element


def _is_heading(element: html.HtmlElement) -> bool:
    """Whether an element is a heading, or a line inside one."""
    return element.tag in HEADINGS or any(
        a.tag in HEADINGS for a in itertools.islice(element.iterancestors(), 3)
    )


def _leads_away(element: html.HtmlElement) -> bool:
    """Whether an element is a link or a part of one: a menu's, a breadcrumb's. A headline may lead to itself,
    where it is a heading around the link.
    """
    link = element if element.tag == "a" else next(element.iterancestors("a"), None)
    if link is None:
        inner = element.find(".//a[@href]") if element.tag not in HEADINGS else None
        return inner is not None and _letters(inner) == _letters(element)
    return not (_is_heading(link) and bool(link.get("href")))


def _letters(element: html.HtmlElement) -> str:
    return letters("".join(element.itertext()))


def _is_entry(element: html.HtmlElement, tags: Counter[tuple[str, str | None]]) -> bool:
    """Whether a heading is one of several that are links each: the entries of a list."""
    return tags[_look(element)] > 1 and element.find(".//a[@href]") is not None


def _look(element: html.HtmlElement) -> tuple[str, str | None]:
    return element.tag, element.get("class")


def _labels(tree: html.HtmlElement) -> frozenset[str]:
    """The folded short texts of the page's links, and its site's name: sections, menus, other pages."""
    texts = {fold(visible("".join(a.itertext()))) for a in _LINKS(tree)}
    return frozenset(
        {t for t in texts if t and len(t.split()) <= 6} | {fold(visible(n)) for n in _SITE_NAME(tree)}
    )


def _headlines(tree: html.HtmlElement, hints: Hints) -> list[list[str]]:
    """What the page, or the listing that led to it, calls itself, most trusted first; of each such text the
    parts that may be the headline: whole, then without what separators part from it, the longest first.

    A dash may belong to the headline, so neighbours stay together; what names the site comes last. Texts that
    say the same up to a part of it stand together.
    """
    given = [hints.listing_title or "", *_OG_TITLE(tree)] + (
        [] if any(_OG_TITLE(tree)) else _from_graph(tree)
    )
    given += [*_META_TITLE(tree), *_TITLE(tree)]
    site = fold(visible(next(iter(_SITE_NAME(tree)), "")))
    groups: list[list[str]] = []
    for text in dict.fromkeys(visible(str(name)) for name in given):
        if len(text) < 4 or is_generic(text):
            continue
        names = [bare(text).rstrip(" .…"), *_parts(text, site)]
        same = next((group for group in groups if not {*group}.isdisjoint(names)), None)
        if same is None:
            groups.append(names)
        else:
            same += [name for name in names if name not in same]
    return sorted(groups, key=lambda group: all(_is_site(name, site) for name in group))


def _from_graph(tree: html.HtmlElement) -> list[str]:
    """The headline of the page's JSON-LD, where it has one article only."""
    headlines = {
        node["headline"]
        for node in entries(tree)
        if isinstance(node.get("headline"), str) and _ARTICLE.search(str(node.get("@type") or ""))
    }
    return [*headlines] if len(headlines) == 1 else []


def _parts(text: str, site: str) -> list[str]:
    """The stretches of `text` between separators, of 4 letters or more; `site`: its folded name or ""."""
    cuts = [(0, 0), *(match.span() for match in _SITE_SEPARATOR.finditer(text)), (len(text), len(text))]
    cuts = cuts if len(cuts) <= _MOST_PARTS + 1 else [*cuts[:_MOST_PARTS], cuts[-1]]
    stretches = (text[a[1] : b[0]].strip() for a, b in itertools.combinations(cuts, 2))
    parts = dict.fromkeys(
        part for part in stretches if len(part) >= 4 and part != text and not is_generic(part)
    )
    return sorted(parts, key=lambda part: (_is_site(part, site), len(part) < 12, -len(part)))


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
    prose = [i for i, b in enumerate(found) if b.words >= _PROSE and b.element in inside]
    first = next((i for i in prose if found[i].words >= _LONG), next(iter(prose), 0))
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
    """The elements whose letters are those of `headline`, or begin with what is left of it where the page cut
    it; capitals, quotation marks and dashes may differ.

    `texts` gives the page's pieces of text that hold `word` or `capitals`.
    """
    wanted = letters(headline)
    first = re.findall(r"\w+", headline)[:4]
    start = letters(" ".join(first))
    word = max(first, key=len, default="")
    if not wanted or not word:
        return
    for text in texts(word=word, capitals=word.upper()):
        if len(first) > 1 and start not in letters(text) and not start.startswith(letters(text)):
            continue
        element = text.getparent()
        if text.is_tail:
            element = element.getparent()
        for _ in range(3):
            if element is None or element.tag in ("body", "html", "script", "style", "head"):
                break
            own = letters("".join(element.itertext()))
            if _says(own, wanted) or (own.startswith(wanted) and letters(title_of(element)) == wanted):
                if not is_hidden(element):
                    yield element
                break
            if len(own) > len(wanted) + 200:
                break
            element = element.getparent()


def _says(own: str, wanted: str) -> bool:
    return own == wanted or (len(wanted) > 40 and own.startswith(wanted) and len(own) < 320)


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
            # inside the body node: the headline of a page whose node holds both, unless the text is under way
            return 1.5 if _letters_before(self._up[0], element) <= _FAR_IN else 0
        shared = self._up[depth]
        mine, its = chain[chain.index(shared) - 1] if chain.index(shared) else element, self._up[depth - 1]
        if mine is element and element is shared:
            return 0
        return 1 + 1 / (1 + depth) if shared.index(mine) < shared.index(its) else 0


def _letters_before(body: html.HtmlElement, element: html.HtmlElement) -> int:
    """The letters of text in `body` that stand before `element`, counted a little beyond _FAR_IN."""
    count = 0
    for node in body.iter():
        if node is element or count > _FAR_IN:
            break
        if isinstance(node.tag, str) and node.tag not in ("script", "style", "a"):
            count += len((node.text or "").strip())
        count += len((node.tail or "").strip()) if node is not body else 0
    return count
