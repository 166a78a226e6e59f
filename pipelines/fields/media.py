"""The pictures of an article, with captions, and the documents that it links to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import unquote, urlsplit

from lxml import html

from pipelines.article.roles import Roles
from pipelines.fields.plain import plain
from pipelines.html.address import absolute
from pipelines.html.blocks import Block, image_blocks
from pipelines.html.documents import document_of, document_type, linked_type, may_be_document
from pipelines.items import Attachment, Image
from storage.text import visible


def images(base: str, roles: Roles) -> list[Image]:
    """Returns the pictures of the article with absolute URLs (`base`: the page's), each once."""
    captions = {
        id(picture): plain(caption.text) for picture, caption in roles.captions if picture is not None
    }
    found: dict[str, Image] = {}
    for block in image_blocks(roles.images):
        if url := absolute(base, block.href):
            found.setdefault(url, Image(url, captions.get(id(block)), block.text or None))
    return list(found.values())


def attachments(
    base: str, found: Sequence[Block], start: int, in_body: set[int], roles: Roles
) -> list[Attachment]:
    """Documents that the article links to, from its body and from just behind it."""
    end = max(in_body, default=start) + 6
    files: dict[str, Attachment] = {}
    met: set[html.HtmlElement] = set()  # a box of 20,000 lines is one element of as many blocks
    for index, block in enumerate(found[start : end + 1], start):
        links: list[tuple[str, str, str | None]] = []
        if block.element not in met and (index in in_body or any(block is file for file in roles.files)):
            met.add(block.element)
            anchors = block.element.iter("a")
            links += [(a.get("href") or "", _name_of(a), linked_type(a)) for a in anchors]
        if block.kind == "file":
            links.append((block.href, block.text, document_type(document_of(block.href))))
        for href, text, kind in links:
            if kind and (url := absolute(base, document_of(href.strip()))):
                name = unquote(urlsplit(url).path.rsplit("/", 1)[-1])
                files.setdefault(url, Attachment(url, plain(text) or name, kind))
    return list(files.values())


def candidates(
    base: str, found: Sequence[Block], start: int, in_body: set[int], known: Sequence[Attachment]
) -> list[Attachment]:
    """Links from the body and from just behind it that may lead to documents; only their bytes will tell.

    `known` are the documents that the article links to for certain. Their type is "".
    """
    end = max(in_body, default=start) + 6
    held = {file.url for file in known}
    files: dict[str, Attachment] = {}
    elements = dict.fromkeys(block.element for block in found[start : end + 1])
    links = {link: None for element in elements for link in element.iter("a")}
    for link in links:
        url = absolute(base, (link.get("href") or "").strip()) if may_be_document(link) else None
        if url and url not in held and linked_type(link) is None:
            files.setdefault(url, Attachment(url, plain(_name_of(link)), ""))
    return list(files.values())[:_MOST_CANDIDATES]


_MOST_CANDIDATES = 50  # of one article; a list of documents links to its pages, and they have articles


def _name_of(link: html.HtmlElement) -> str:
    """What a link to a document calls it: its text, else the name to save it under, or its title."""
    return visible("".join(link.itertext())) or link.get("download") or link.get("title") or ""


def shown(node: html.HtmlElement, roles: Roles) -> int:
    """Returns how many files, pictures and players an article has: what it shows where it has no text."""
    pictures = sum(1 for _ in image_blocks(roles.images))
    return len(roles.files) + pictures + sum(1 for e in node.iter(*_PLAYERS) if _plays(e))


_PLAYERS = ("video", "audio", "iframe", "embed", "object", "div")
_VIEWER = re.compile(
    r"pdf-?(?:viewer|embed|js)|video-?(?:js|player)|jwplayer|flowplayer|flipbook|df-book", re.I
)


def _plays(element: html.HtmlElement) -> bool:
    if element.tag == "div":
        return bool(_VIEWER.search(f"{element.get('class') or ''} {element.get('id') or ''}"))
    return element.tag != "iframe" or not _SOCIAL.search(element.get("src") or "")


_SOCIAL = re.compile(r"plugins/|like\.php|share|googletagmanager|doubleclick|recaptcha|/ads?[/.]", re.I)
