"""The pages about one article: its versions, what changed between them, its story, its proof."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from email.utils import format_datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from storage.errors import RawReadingError
from storage.serve import browse, cite, citing, stories, timeline
from storage.vocabulary import iso
from storage.warc.captures import CaptureRef
from storage.warc.reader import decoded, read_capture
from storage.warc.walk import open_file
from web.asked import Asked
from web.errors import Missing
from web.pages import site_of
from web.site import spoken

_WORDS = re.compile(r"\s+|[^\W_]+|.", re.S)
_KEY = re.compile(r"[0-9a-f]{16}")
_FIELDS = ("title", "lead", "body", "author", "category", "published_at")


def article(request: Request) -> Response:
    """An article in its latest version, or in the one that the address names."""
    site = site_of(request)
    key, number = request.path_params["key"], request.path_params.get("number")
    with site.reading() as connection:
        row = found(connection, key, number)
        versions = timeline.timeline(connection, key)
        story = stories.story_of(connection, key)
        places = citing.mentions(connection, key, row["number"])
        documents = citing.documents(connection, key, row["number"])
    values: dict[str, Any] = {
        "a": row,
        "versions": versions,
        "story": story,
        "places": list(dict.fromkeys(map(_place, places))),
        "documents": list({one["code"]: one for one in documents}.values()),
        "asked": Asked({}),
        "query": None,
    }
    chosen = spoken(request)
    source = cite.of_article(row, chosen)
    values["cited"] = [(form, cite.cited(source, form, chosen)) for form in cite.FORMATS]
    return site.page(request, "article.html", **values, look=_look(request, row), iso=iso)


def _place(one: dict[str, Any]) -> tuple[str, str]:
    """A commune that is named, and the units of today that it became; none where it is one itself."""
    said = f"{one['kind']} {one['name']}"
    today = ", ".join(f"{unit['kind']} {unit['name']}" for unit in one["now"])
    return said, "" if one["place_id"].endswith("@2025") else today


def found(connection: Any, key: str, number: int | None) -> Any:
    """Returns a version of an article, the latest for None. Raises Missing."""
    row = browse.article(connection, key, number) if _KEY.fullmatch(key) else None
    if row is None:
        raise Missing
    return row


def _look(request: Request, row: Any) -> str | None:
    """Returns the address at which the page is shown as it looked; None where nothing shows it."""
    site = site_of(request)
    if row["warc_file"] is None:
        return None
    if site.pywb:
        return f"{site.pywb.rstrip('/')}/{row['fetched_at']:%Y%m%d%H%M%S}/{row['url']}"
    if site.replay.startswith(":"):
        host = request.url.hostname or ""
        shown = f"[{host}]" if ":" in host else host
        return f"{request.url.scheme}://{shown}{site.replay}/{row['id']}/{row['number']}"
    return f"{site.replay.rstrip('/')}/{row['id']}/{row['number']}" if site.replay else None


def diff(request: Request) -> Response:
    """What changed between two versions of an article, word by word."""
    site = site_of(request)
    key, first, second = (request.path_params[name] for name in ("key", "first", "second"))
    with site.reading() as connection:
        old, new = found(connection, key, first), found(connection, key, second)
    changes = {
        name: list(compared(old[name] or "", new[name] or ""))
        for name in _FIELDS
        if (old[name] or "") != (new[name] or "")
    }
    return site.page(request, "diff.html", old=old, new=new, changes=changes, asked=Asked({}), query=None)


def compared(old: str, new: str) -> Iterator[tuple[str, str]]:
    """Yields the pieces of two texts: ("same", text), ("removed", text), ("added", text)."""
    a, b = _WORDS.findall(old), _WORDS.findall(new)
    for kind, a1, a2, b1, b2 in difflib.SequenceMatcher(None, a, b, autojunk=len(a) > 5_000).get_opcodes():
        if kind == "equal":
            yield "same", "".join(a[a1:a2])
            continue
        if a2 > a1:
            yield "removed", "".join(a[a1:a2])
        if b2 > b1:
            yield "added", "".join(b[b1:b2])


def story(request: Request) -> Response:
    """The articles that tell one story: who published it first, who repeated it."""
    site, key = site_of(request), request.path_params["key"]
    with site.reading() as connection:
        found = stories.story_of(connection, key) if _KEY.fullmatch(key) else None
    if found is None:
        raise Missing
    return site.page(request, "story.html", story=found, asked=Asked({}), query=None)


def raw(request: Request) -> Response:
    """The bytes of the page as they came, as text: a browser shows them and does nothing with them."""
    site, row = site_of(request), proof(request)
    try:
        body = decoded(read_capture(site.warc, _ref(row)))
    except (RawReadingError, ValueError, EOFError) as error:
        return PlainTextResponse(f"the record cannot be read: {error.__class__.__name__}", 404)
    headers = {
        "Memento-Datetime": format_datetime(row["fetched_at"].replace(microsecond=0), usegmt=True),
        "Link": f'<{row["url"]}>; rel="original"',
    }
    encoding = row["encoding"] if re.fullmatch(r"[\w-]{1,40}", row["encoding"]) else "utf-8"
    encoding = "windows-1252" if encoding in ("tcvn3", "vni") else encoding
    return Response(body, media_type=f"text/plain; charset={encoding}", headers=_ascii(headers))


def record(request: Request) -> Response:
    """The WARC record of a version, byte for byte: a gzip member that every WARC tool reads."""
    site, row = site_of(request), proof(request)
    try:
        with open_file(site.warc / row["warc_file"], ahead=0) as stream:
            stream.seek(row["warc_offset"])
            body = stream.read(row["warc_length"])
    except OSError:
        raise Missing from None
    name = f"huyen-{row['id']}-{row['number']}.warc.gz"
    return Response(
        body, media_type="application/warc", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def proof(request: Request) -> Any:
    """Returns the version that the address names, if the archive has its record. Raises Missing."""
    with site_of(request).reading() as connection:
        row = found(connection, request.path_params["key"], request.path_params["number"])
    if row["warc_file"] is None:
        raise Missing
    return row


def _ref(row: Any) -> CaptureRef:
    return CaptureRef(row["warc_file"], row["warc_offset"], row["warc_length"], row["warc_digest"] or "", "")


def _ascii(headers: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if value.isascii() and value.isprintable()}
