"""Where a picture's file is: in `src`, or where scripts that load pictures late, AMP and `srcset` keep it."""

from __future__ import annotations

import re
from itertools import islice
from typing import cast

from lxml import html

from pipelines.html.documents import linked_type
from storage.text import visible

# Attributes of the scripts in use, the full size before smaller ones
_LATE = (
    "data-src", "data-original", "data-lazy-src", "data-lazy", "data-echo", "data-orig-file", "data-full-url",
    "data-original-src", "data-large_image", "data-hi-res-src", "data-image", "data-img", "data-url",
    "data-srcset", "data-lazy-srcset", "data-original-set",
)  # fmt: skip
_SMALL = re.compile(r"thumb|small|low|lqip|preview|placeholder|blur|tiny|caption|alt|title", re.I)
_IMAGE = re.compile(r"^\S[^\n]*\.(?:jpe?g|png|gif|webp|avif|bmp|heic|jfif)(?:[?#!@]\S*)?$", re.I)
# Files that stand in for a picture until a script comes
_STAND_IN = re.compile(
    r"^data:|^about:|^javascript:|(?<![a-z])(?:blank|loading|loader|spacer|placeholder|lazy(?:-?load)?"
    r"|pixel|transparent"
    r"|trans|grey|gray|1x1|dot|ajax-loader|default-image)(?![a-z])[^/]*$",
    re.I,
)
# Pictures of a kind of file, by their names: "pdf.gif", "icon-word.png", "dinhkem_16.png"
_FILE_ICON = re.compile(
    r"(?:(?:ico|icon|file|mime|type|ext)s?[-_]?)*(?:pdf|docx?|word|xlsx?|excel|pptx?|powerpoint|zip|rar|attach\w*"
    r"|paperclip|clip|dinh-?_?kem|tai-?_?ve|download|file|document)(?:[-_]?(?:icon|ico|file|small|type"
    r"|\d{1,3}(?:x\d{1,3})?))*+\.(?:gif|png|svg|ico|jpe?g|webp)",
    re.I,
)
_DRAWN = (".gif", ".svg", ".ico")  # what photos are not
_LINE = 300  # letters around a link to a file, its icon and its label
_ENTRY = re.compile(r"\s*(\S*[^\s,])(?:\s+(\d+(?:\.\d+)?)[wxh])?\s*(?:,|$)")


def source_of(image: html.HtmlElement) -> str:
    """Returns the address of an img or amp-img as printed, the fullest that is known; "" where there is
    none.
    """
    for name in _LATE:
        if value := (image.get(name) or "").strip():
            address = largest(value) if name.endswith("set") else value
            if not _STAND_IN.search(address) and ("/" in address or _IMAGE.match(address)):
                return address
    for name, value in cast("dict[str, str]", image.attrib).items():
        if (
            (name.startswith("data-") or name.endswith("-src"))
            and not _SMALL.search(name)
            and _IMAGE.match(value.strip())
        ):
            return value.strip()
    source = (image.get("src") or "").strip()
    if source and not _STAND_IN.search(source):
        return source
    if address := largest(image.get("srcset") or ""):
        return address
    # the parser, which does not know source, sets the img inside it
    sources = [e for e in islice(image.iterancestors(), 4) if e.tag in ("source", "picture")]
    for entry in [e for around in reversed(sources) for e in around.iter("source")]:
        if address := largest(entry.get("srcset") or entry.get("data-srcset") or ""):
            return address
    return ""


def largest(srcset: str) -> str:
    """Returns the address with the largest width or density in a `srcset`, the first of equals; "" where none
    is.
    """
    entries = [
        (float(size or 1), address)
        for address, size in _ENTRY.findall(srcset)
        if not _STAND_IN.search(address)
    ]
    return max(entries, key=lambda entry: entry[0], default=(0.0, ""))[1]


def drawn_caption(image: html.HtmlElement) -> str:
    """Returns the caption that a script draws from an attribute, or "".

    Joomla draws the title of img.caption; galleries draw data-caption, data-sub-html, data-title of the
    picture or of the link around it. A plain title is a tooltip, mostly the file's name, and no caption.
    """
    around = image.getparent()
    elements = [image, around] if around is not None and around.tag in ("a", "figure") else [image]
    for element in elements:
        for name in ("data-caption", "data-sub-html", "data-image-caption", "data-title", "data-footer"):
            if text := visible(re.sub(r"<[^<>]*>", " ", element.get(name) or "")):
                return "" if _IMAGE.match(text) else text
    if "caption" in (image.get("class") or "").split():
        title = visible(image.get("title") or "")
        return "" if _IMAGE.match(title) else title
    return ""


def is_small(image: html.HtmlElement) -> bool:
    """Returns whether a picture is an icon by the size that its markup gives: 40 pixels or less."""
    sizes = [image.get(name) or "" for name in ("width", "height")]
    return any(size.rstrip("px").isdigit() and int(size.rstrip("px")) <= 40 for size in sizes)


def marks_file(image: html.HtmlElement) -> bool:
    """Returns whether a picture is the icon of a document that is linked around it or beside it."""
    name = source_of(image).partition("?")[0].rpartition("/")[2]
    drawn = name.lower().endswith(_DRAWN) or "icon" in (image.get("class") or "").lower()
    if not (drawn or _FILE_ICON.fullmatch(name)):
        return False
    for around in islice(image.iterancestors(), 4):
        if around.tag in ("body", "table", "tbody", "article", "main"):
            return False
        links = [around, *around.iter("a")] if around.tag == "a" else [*around.iter("a")]
        if links:
            return len("".join(around.itertext())) < _LINE and any(map(linked_type, links))
    return False
