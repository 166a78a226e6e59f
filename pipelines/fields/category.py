"""The category of an article, and its tags."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from lxml import etree, html

from pipelines.article.furniture import names_site
from pipelines.fields.plain import plain
from pipelines.html.jsonld import entries
from pipelines.html.select import compiled, holding, select_text
from pipelines.items import Hints
from storage.text import fold, visible

# WordPress and its kin: the category's link in the article's own head or foot
_CATEGORY_LINK = (
    ".//a[contains(@rel, 'category') or (contains(@rel, 'tag') and contains(@href, '/category/'))]",
)
_CATEGORY_META = tuple(
    f"descendant::meta[@{name}]/@content"
    for name in ("property='article:section'", "name='article:section'", "itemprop='articleSection'")
)
_TAG_LINKS = {"rel": re.compile(r"(?:\A| )tag(?: |\Z)")}
_TAG_META = "descendant::meta[@property='article:tag' or @name='article:tag']/@content"
# What themes call the way from the home page to the article, in attributes that name or describe its box
_CRUMB_NAMES = ("readcrumb", "readCrumb", "READCRUMB", "read-crumb", "read_crumb", "crumbs", "duong-dan",
                "pathway")  # fmt: skip
_CRUMBS = dict.fromkeys(
    ("class", "id", "itemtype", "typeof", "aria-label"), re.compile("|".join(_CRUMB_NAMES))
)
_CRUMB_PARTS = tuple(name.encode() for name in _CRUMB_NAMES)
_OWN = (
    "descendant::meta[@property='og:title' or @property='og:site_name']/@content | head/title"
    " | descendant::h1"
)
_HOME = re.compile(
    r"^(?:trang (?:chủ|chu|nhất)|home(?: ?page)?|trangchu|bạn đang (?:ở|xem)\b.*|vị trí\b.*)\W*$", re.I
)
_HOME_PATH = re.compile(
    r"^/?(?:index\.\w+|default\.aspx|trang-chu(?:\.html)?|home|vi|[a-z]{2}-[a-z]{2})?/?$", re.I
)
_BETWEEN = re.compile(r"\s*[»›>→]+\s*|\s+[/|\\-]\s+")
_PART = re.compile(r"\s*[,;|]\s*")
_LONGEST = 60  # letters of a category or tag; a crumb that is longer is the headline


def told_category(tree: html.HtmlElement, hints: Hints, source: bytes) -> str | None:
    """Returns the category as the family's selector, the page's metadata, its breadcrumbs or its JSON-LD name
    it. `source`: the page's bytes.

    It is never the site's own name, nor the headline.
    """
    if told := select_text(tree, hints.category):
        return plain(told)
    if (named := select_text(tree, _CATEGORY_META)) and _is_category(named):
        return plain(named)
    crumbs = _crumbs(tree) if _mentions(source, *_CRUMB_PARTS) else []
    if not crumbs and _mentions(source, b"articleSection", b"BreadcrumbList"):
        crumbs = _listed(tree)
    return plain(crumbs[-1]) if crumbs else None


def _is_category(name: str) -> bool:
    return 1 < len(name) <= _LONGEST and not _HOME.match(name) and not names_site(name)


def _own_names(tree: html.HtmlElement) -> set[str]:
    """The folded headline and site name as the page has them: neither is a category."""
    found = compiled(_OWN)(tree)
    return {fold(visible(" ".join(t.itertext()) if isinstance(t, etree._Element) else str(t))) for t in found}


def has_crumbs(tree: html.HtmlElement) -> bool:
    """Returns whether anything under `tree` calls itself breadcrumbs."""
    return bool(holding(tree, _CRUMBS))


def _crumbs(tree: html.HtmlElement) -> list[str]:
    """The steps from the home page to the article, without home, site and headline."""
    own = _own_names(tree)
    for box in holding(tree, _CRUMBS):
        if box.tag in ("body", "html", "script", "style"):
            continue
        links = [link for link in box.iter("a") if "javascript" not in (link.get("href") or "")]
        steps = [visible(" ".join(link.itertext())) for link in links if not leads_home(link)]
        if not links:
            steps = _BETWEEN.split(visible(" ".join(box.itertext())))
            steps = steps[1:] if len(steps) > 1 else []
        if kept := _without_own(steps, own):
            return kept
    return []


def leads_home(link: html.HtmlElement) -> bool:
    """Returns whether a link leads to a home page, by its address alone."""
    try:
        address = urlsplit((link.get("href") or "#").strip())
    except ValueError:
        return False
    return (
        bool(link.get("href"))
        and not address.query
        and not address.fragment
        and bool(_HOME_PATH.match(address.path))
    )


def _without_own(steps: list[str], own: set[str]) -> list[str]:
    steps = [step.strip(" /»›>|-–:") for step in steps]
    return [step for step in steps if _is_category(step) and fold(step) not in own]


def _listed(tree: html.HtmlElement) -> list[str]:
    """The sections that JSON-LD names: those of the article, else the steps of its breadcrumbs."""
    own = _own_names(tree)
    sections: list[str] = []
    steps: list[str] = []
    for node in entries(tree):
        section = node.get("articleSection")
        sections += [
            text for text in (section if isinstance(section, list) else [section]) if isinstance(text, str)
        ]
        if node.get("@type") == "BreadcrumbList" and isinstance(items := node.get("itemListElement"), list):
            steps += [_step(item) for item in items if isinstance(item, dict)]
    return _without_own(sections[:1], own) or _without_own(steps, own)


def _step(item: dict[str, Any]) -> str:
    inner = item.get("item")
    name = item.get("name") or (inner.get("name") if isinstance(inner, dict) else "")
    return visible(name) if isinstance(name, str) else ""


def linked_category(node: html.HtmlElement) -> str | None:
    """Returns the category that a link in the head or foot of the article's `node` leads to, or None."""
    links = select_text(node, _CATEGORY_LINK)
    return plain(links) if links else None


def _mentions(body: bytes, *words: bytes) -> bool:
    """Whether a page's bytes hold one of some ASCII words: a look at them spares one at every node."""
    return b"\0" in body[:100] or not body or any(word in body for word in words)


def tags(tree: html.HtmlElement) -> list[str]:
    """Returns the tags of the page's article, each once, in the page's order; a meta element may hold
    several.
    """
    found = [
        visible(" ".join(link.itertext())).lstrip("#")
        for link in holding(tree, _TAG_LINKS)
        if link.tag == "a" and "/category/" not in (link.get("href") or "")
    ]
    for text in compiled(_TAG_META)(tree):
        found += _PART.split(visible(str(text)))
    kept: dict[str, str] = {}
    for tag in (plain(text).strip(" ,;.") for text in found):
        if tag and len(tag) <= 2 * _LONGEST:
            kept.setdefault(fold(tag), tag)
    return list(kept.values())
