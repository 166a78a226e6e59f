"""Who wrote the article, where markup says so: JSON-LD, metadata, the names that standards and themes mark.

Sources are asked in this order, and the first that names a person or an office counts. An organization is
no author where it is the site itself: its publisher, its host, the name behind the headline in <title>.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from lxml import etree, html

from pipelines.fields.names import is_author, names_in
from pipelines.fields.plain import plain
from pipelines.html.hidden import is_hidden
from pipelines.html.jsonld import entries
from pipelines.html.select import compiled, holding
from storage.text import fold, visible

_ARTICLE = re.compile(r"article|posting|report|newsitem|blog|webpage|liveblog|review", re.I)
# Open Graph, Dublin Core, and what news systems print; most exact first
_META = (
    "author", "article:author", "article:author_name", "article.author", "og:author", "og:article:author",
    "byl", "parsely-author", "sailthru.author", "cxenseparse:author", "dc.creator", "dc:creator",
    "dcterms.creator", "dc.contributor", "dcsext.author", "citation_author", "authors", "article_author",
    "shareaholic:article_author_name",
)  # fmt: skip
_RANK = {name: rank for rank, name in enumerate(_META)}
_ITEMPROP = (
    "descendant::*/@itemprop[contains(., 'author') or . = 'creator']/.. | descendant::*/@property[. ="
    " 'author' or . = 'schema:author' or . = 'dc:creator']/parent::*[name() != 'meta']"
)
_MARKED = (_ITEMPROP, "descendant::a/@rel[contains(., 'author')]/..")
_LISTED = {"href": re.compile("/(?:authors?|tac-gia)/")}
_CLASSED = {
    "class": re.compile("uthor|UTHOR|yline|YLINE|tac-gia|tacgia|tac_gia|but-danh|username|reporter|writer"),
    "id": re.compile("uthor|yline|tacgia"),
    "data-testid": re.compile("uthor|yline"),
    "data-role": re.compile(r"\Aauthor\Z"),
}
# A class by its words: "post-author", "detail-author__name", "byline"; "authority" is none
_CLASS = re.compile(
    r"(?<![a-z])(?:author(?:s|name|info)?|byline(?:s|name)?|tac[-_]?gia|username|but[-_]danh|reporters?"
    r"|writers?)(?![a-z])"
    r"|(?<=[a-z])(?:Author|Byline)(?:s|Name|Info|Link)?(?![a-z])",
    re.I,
)
_NO_CLASS = re.compile(
    r"bio(?:graphy)?\b|avatar|image|img|photo|thumb|social|share|follow|desc|title|job|role|position|date"
    r"|time|comment|related|more|box-title|posts|count|icon|email|label|caption|credit",
    re.I,
)
_ELSEWHERE = re.compile(
    r"comment|binh-?luan|related|lien-?quan|sidebar|foot(?:er)?\b|widget|menu|navbar|recommend|teaser"
    r"|most-?read|popular|promo|newsletter|latest|card-list|caption|copyright|more-",
    re.I,
)
_NEARBY = 6  # ancestors of a mark that are looked at for what stands beside the article
_VIETNAMESE = re.compile("[\u1ea0-\u1ef9ăđơư]", re.I)
_SITE_NAMES = "descendant::meta[@property='og:site_name' or @name='application-name']/@content"
_BEFORE = etree.XPath(
    "preceding::text()[count(ancestor::* | $within) = count(ancestor::*)]", smart_strings=False
)
_NO_NAME = frozenset(["meta", "script", "link", "input", "body", "html"])
_LONGEST = 100  # letters of a line that names authors
_MOST = 12  # names of one article


def marked_author(tree: html.HtmlElement, url: str = "", title: str = "") -> str | None:
    """Returns the authors that the markup of the page at `url` names, as printed, parted by "; "; None where
    it names none. `title` is the headline, which tells the article's own JSON-LD.
    """
    site = _Site(tree, url)
    for source in (partial(_from_graph, title=title, site=site), _from_meta, _from_marks):
        found = [name for text in source(tree) for name in names_in(text)]
        names = [name for name in found if is_author(name) and not site.is_named(name)]
        if names := list(dict.fromkeys(names))[:_MOST]:
            return "; ".join(names)
    return None


class _Site:
    """The names that a page has for its own site."""

    def __init__(self, tree: html.HtmlElement, url: str) -> None:
        host = urlsplit(url).netloc.lower().removeprefix("www.")
        self._host = host
        self._names = {fold(visible(name)) for name in compiled(_SITE_NAMES)(tree)} - {""}

    def add(self, name: str) -> None:
        self._names.add(fold(visible(name)))

    def is_named(self, name: str) -> bool:
        folded = fold(name)
        bare = re.sub(r"\W", "", folded)
        return (
            folded in self._names or folded == self._host or (bool(bare) and bare == self._host.split(".")[0])
        )


def _from_graph(tree: html.HtmlElement, title: str, site: _Site) -> list[str]:
    """The authors of the page's own entry of JSON-LD; of the first that has some, where none is its own."""
    nodes = list(entries(tree))
    known = {str(node["@id"]): node for node in nodes if node.get("@id") and node.get("name")}
    for node in nodes:
        for publisher in _list(node.get("publisher")):
            if isinstance(publisher, dict):
                named = publisher if publisher.get("name") else known.get(str(publisher.get("@id")), {})
                site.add(str(named.get("name") or ""))
    written = [n for n in nodes if n.get("author") or n.get("creator")]
    articles = [n for n in written if _ARTICLE.search(str(n.get("@type") or ""))]
    own = [n for n in articles if fold(visible(str(n.get("headline") or n.get("name") or ""))) == fold(title)]
    for node in [*own, *articles]:
        if names := [name for name in _people(node.get("author") or node.get("creator"), known) if name]:
            return names
    return []


def _people(value: Any, known: dict[str, dict[str, Any]]) -> Iterator[str]:
    """The names in an `author` of JSON-LD: a string, an object, a reference to one, or a list of those."""
    for item in _list(value):
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict) and "@list" in item:
            yield from _people(item["@list"], known)
        elif isinstance(item, dict):
            named = item if item.get("name") else known.get(str(item.get("@id")), item)
            for name in _list(named.get("name")):
                if isinstance(name, str):
                    yield name


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _from_meta(tree: html.HtmlElement) -> list[str]:
    """What the meta elements of the best source say; addresses and accounts are passed over."""
    found: dict[int, list[str]] = {}
    for element in tree.iter("meta"):
        content = element.get("content")
        for attribute in ("name", "property", "itemprop"):
            rank = _RANK.get((element.get(attribute) or "").strip().lower())
            if rank is not None and content and any(map(is_author, names_in(content))):
                found.setdefault(rank, []).append(content)
    return found[min(found)] if found else []


def _from_marks(tree: html.HtmlElement) -> list[str]:
    """What standards and themes mark as the author near the article; of the first mark that names someone."""
    for mark in (*_MARKED, _LISTED, _CLASSED):
        classed = mark is _CLASSED
        names: list[str] = []
        for element in compiled(mark)(tree) if isinstance(mark, str) else holding(tree, mark):
            if mark is _LISTED and element.tag != "a":
                continue
            if not isinstance(element, etree._Element) or element.tag in _NO_NAME:
                continue
            if _stands_elsewhere(element) or (classed and not _is_mark(element)):
                continue
            own = element.find(".//*[@itemprop='name']") if element.get("itemprop") else None
            text = _first_line(element if own is None else own)
            if 1 < len(text) <= _LONGEST and any(map(is_author, names_in(text))):
                names.append(text)
            if len(names) >= 3 and classed:
                break
        if names:
            return _without_repeats(names)
    return []


def has_mark(tree: html.HtmlElement) -> bool:
    """Returns whether anything under `tree` is looked at for an author's name."""
    return any(compiled(mark)(tree) for mark in _MARKED) or any(
        holding(tree, mark) for mark in (_LISTED, _CLASSED)
    )


def _is_mark(element: html.HtmlElement) -> bool:
    name = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('data-role') or ''}"
    name = f"{name} {element.get('data-testid') or ''}"
    return _CLASS.search(name) is not None and not _NO_CLASS.search(name)


def _stands_elsewhere(element: html.HtmlElement) -> bool:
    """Whether a mark stands in a comment, a list of other articles or the site's frame, or is hidden."""
    node = element
    for _ in range(_NEARBY):
        if node is None or node.tag == "body":
            return False
        name = f"{node.get('class') or ''} {node.get('id') or ''}"
        if node.tag in ("nav", "footer", "aside", "figure", "figcaption") or is_hidden(node):
            return True
        if _ELSEWHERE.search(name) and node.tag not in ("body", "main"):
            return True
        node = node.getparent()
    return False


def _text(element: html.HtmlElement) -> str:
    return visible(" ".join(element.itertext()))


def _first_line(element: html.HtmlElement) -> str:
    """The text of an element up to its first <br>, where a name stands before it: what follows is a role."""
    end = element.find(".//br")
    if end is None:
        return _text(element)
    before = visible(" ".join(_BEFORE(end, within=element)))
    return before if any(map(is_author, names_in(before))) else _text(element)


def _without_repeats(texts: Iterable[str]) -> list[str]:
    """`texts` without those that another one holds: a byline's box and the link inside it."""
    found = list(dict.fromkeys(texts))
    return [text for text in found if not any(other != text and other in text for other in found)]


def chosen(
    signed: str | None, tree: html.HtmlElement, url: str, title: str, texts: Iterable[str]
) -> str | None:
    """Returns the author of an article: who `signed` its text, else whom the markup names.

    Vietnamese portals print the pen name under the text and mark the account that posted it; elsewhere the
    markup is right and a short last line is seldom a name. `texts` are some of the article's lines.
    """
    if signed and any(map(_VIETNAMESE.search, texts)):
        return plain(signed)
    return marked_author(tree, url, title) or (plain(signed) if signed else None)
