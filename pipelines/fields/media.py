"""The pictures of an article, with captions, and the documents that it links to."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import unquote, urlsplit

from pipelines.article.roles import Roles
from pipelines.fields.plain import plain
from pipelines.html.address import absolute
from pipelines.html.blocks import Block, document_of, document_type, image_blocks
from pipelines.items import Attachment, Image
from storage.text import visible


def images(base: str, roles: Roles) -> list[Image]:
    """The pictures of the article with absolute URLs (`base`: the page's), each once."""
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
    for index, block in enumerate(found[start : end + 1], start):
        links = (
            [(a.get("href") or "", visible("".join(a.itertext()))) for a in block.element.iter("a")]
            if index in in_body or any(block is file for file in roles.files)
            else []
        )
        if block.kind == "file":
            links.append((block.href, block.text))
        for href, text in links:
            kind = document_type(href)
            if kind and (url := absolute(base, document_of(href.strip()))):
                name = unquote(urlsplit(url).path.rsplit("/", 1)[-1])
                files.setdefault(url, Attachment(url, plain(text) or name, kind))
    return list(files.values())
