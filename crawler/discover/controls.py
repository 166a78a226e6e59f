"""What the links, buttons and options of a page say, and where they lead when they are pressed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any
from urllib.parse import unquote, urlsplit

from lxml import html

from crawler.discover.labels import text_in
from crawler.discover.urls import canonical
from pipelines.html.address import absolute, base_of
from storage.text import visible

_PRESSED = ("a", "button", "option", "input")
_CLICKED = ("div", "span", "li", "p", "td", "img", "i", "b", "label", "h3", "h4")  # where they have onclick
_DATA = (
    "data-url",
    "data-href",
    "data-next-url",
    "data-next",
    "data-link",
    "data-ajax-url",
    "data-action",
    "data-api",
)
_SCRIPT = re.compile(r"^\s*javascript:", re.I)
# An address in quotes within a script: of this site, relative or absolute.
_QUOTED = re.compile(
    r"[\"']((?:https?://|/|\.{1,2}/|\?)[^\"'\s<>]{0,500}|[\w./-]{1,100}\?[^\"'\s<>]{1,300})[\"']"
)
_DIRECTION = re.compile(r"(?:^|[\W_])(next|sau|tiep|right|older|cu-?hon)(?:[\W_]|$)", re.I)
_MOST = 20_000  # controls of a page that are looked at


@dataclass(frozen=True, slots=True)
class Control:
    """Something to press: what it says (or its picture does), where it leads, and the element itself."""

    label: str
    address: str | None  # absolute; None where only a script knows
    element: Any


def controls(tree: html.HtmlElement, url: str) -> Iterator[Control]:
    """Yields the controls of a page at `url`, in order. A script's own address is read where it stands in
    quotes.
    """
    base = base_of(tree, url)
    found = (one for one in tree.iter(*_PRESSED, *_CLICKED) if _pressed(one))
    for element in islice(found, _MOST):
        yield Control(label(element), _leads_to(element, base), element)


def _pressed(element: Any) -> bool:
    if element.tag == "input":
        return (element.get("type") or "").lower() in ("button", "submit")
    return element.tag in _PRESSED or element.get("onclick") is not None


def label(element: Any) -> str:
    """Returns the visible text of a control, else what its title or its picture says."""
    said = visible(text_in(element)) or element.get("value") or ""
    if said and element.tag != "option":
        return visible(said)
    told = [element.get("title"), element.get("aria-label"), *_pictured(element)]
    return visible(said) if element.tag == "option" else next((visible(one) for one in told if one), "")


def _pictured(element: Any) -> Iterator[str | None]:
    for picture in element.iter("img", "i", "svg", "span"):
        yield picture.get("alt")
        yield picture.get("title") or picture.get("aria-label")
        name = unquote(urlsplit(picture.get("src") or "").path.rpartition("/")[2])
        if found := _DIRECTION.search(name):
            yield found[1]


def _leads_to(element: Any, base: str) -> str | None:
    href = (element.get("href") or "").strip()
    if href and not _SCRIPT.match(href) and not href.startswith("#"):
        return _address(base, href)
    if element.tag == "option":
        value = (element.get("value") or "").strip()
        return _address(base, value) if value.startswith(("/", "?", "http")) else None
    for name in _DATA:
        value = (element.get(name) or "").strip()
        if value and (value.startswith(("/", "?", "http", "./")) or "?" in value):
            return _address(base, value)
    script = unquote(href) if _SCRIPT.match(href) else element.get("onclick") or ""
    found = _QUOTED.search(script)
    return _address(base, found[1]) if found else None


@lru_cache(maxsize=16_384)
def _address(base: str, printed: str) -> str | None:
    try:
        address = absolute(base, printed)
        return address if address and canonical(address) else None
    except ValueError:
        return None
