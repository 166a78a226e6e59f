"""A text that a page prints in its structured data only, for a script to draw: set into the page."""

from __future__ import annotations

import re

from lxml import etree, html

from pipelines.html.jsonld import entries

_LONG = 300  # letters; what is shorter is a summary
_SAMPLE, _STEP = 30, 150  # letters of each piece that is looked for on the page, and from one to the next
_FOUND = 1 / 3  # of the pieces: a page that shows as many shows the text, or a part that says more
_TAG = re.compile(r"<[^<>]*>")
_LINES = re.compile(r"\s*(?:\r?\n|<br\s*/?>|</p>|</div>|</h\d>|</li>)\s*", re.I)
_TEXTS = etree.XPath("//body/descendant::text()[not(parent::script or parent::style)]")


def unfold(tree: html.HtmlElement) -> None:
    """Appends the `articleBody` of the page's only such entry of JSON-LD to its main part, where the page
    does not show it.
    """
    if not any("articleBody" in (script.text or "") for script in tree.iter("script")):
        return
    texts = {body for node in entries(tree) if isinstance(body := node.get("articleBody"), str)}
    text = texts.pop() if len(texts) == 1 else ""
    place = next(tree.iter("main", "article"), tree.find("body"))
    if len(text) < _LONG or place is None or _shows(tree, text):
        return
    box = etree.SubElement(place, "div", itemprop="articleBody")
    for line in _LINES.split(text):
        if plain := _TAG.sub("", line).strip():
            etree.SubElement(box, "p").text = plain


def _shows(tree: html.HtmlElement, text: str) -> bool:
    seen = _letters("".join(_TEXTS(tree)))
    told = _letters(_TAG.sub(" ", text))
    pieces = [told[i : i + _SAMPLE] for i in range(0, len(told) - _SAMPLE, _STEP)]
    return sum(piece in seen for piece in pieces) >= _FOUND * len(pieces)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))
