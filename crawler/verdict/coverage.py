"""How much of what a portal names the run holds, and whether its walk reached its ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from crawler.verdict.tally import NOT_THERE, Finding, Past, Tally
from storage.language.codes import word
from storage.language.messages import joined, message, nmessage
from storage.vocabulary import Verdict

_SHOWN = 3  # addresses of a sentence


def unfinished(tally: Tally, past: Past, expect: Mapping[str, float]) -> Finding:
    """A walk to the end of all listings left sections out, or lost a listing on its way."""
    if not tally.deep or tally.limit is not None or tally.stopped:
        return None
    said = []
    left = [url for url in tally.unwalked if url not in tally.listings]
    if left:
        said.append(
            nmessage(
                "{n} section found and not walked: {paths}",
                "{n} sections found and not walked: {paths}",
                len(left),
                paths=_paths(left),
            )
        )
    for url, (page, reason) in list(tally.torn.items())[:_SHOWN]:
        said.append(
            message(
                "listing {url}: not read beyond page {page} ({reason})",
                url=_path(url),
                page=page,
                reason=word("reason", reason),
            )
        )
    return (Verdict.DEGRADED, joined(said, "; ")) if said else None


def absent(tally: Tally, past: Past, expect: Mapping[str, float]) -> Finding:
    """A section of the registry is not there, and never was: the address is wrong, or has changed."""
    gone = [
        url
        for url, reason in tally.missed.items()
        if tally.registered and reason in NOT_THERE and not past.links(url)
    ]
    if not gone:
        return None
    first = tally.missed[gone[0]].removeprefix("http_")
    return Verdict.DEGRADED, nmessage(
        "{n} section of the registry not found (HTTP {status}): {paths}",
        "{n} sections of the registry not found (HTTP {status}): {paths}",
        len(gone),
        status=first,
        paths=_paths(gone),
    )


def fed(tally: Tally, past: Past, expect: Mapping[str, float]) -> Finding:
    """No listing leads to an article while feeds do: all that is older than a feed is missed."""
    pages = tally.pages()
    if not tally.deep or not pages or any(page["links"] for page in pages.values()):
        return None
    entries = sum(page["links"] for page in tally.listings.values())
    if not entries:
        return None
    return Verdict.DEGRADED, nmessage(
        "no link to an article on {n} listing page; only feeds name articles: {entries}",
        "no link to an article on {n} listing pages; only feeds name articles: {entries}",
        len(pages),
        entries=entries,
    )


def limited(tally: Tally, past: Past, expect: Mapping[str, float]) -> Finding:
    """The run was told to stop after so many articles: what it holds says nothing of the portal."""
    if tally.limit is None or not tally.read():
        return None
    return Verdict.OK, message(
        "limited to {limit} articles; {held} of {named} named are held",
        limit=tally.limit,
        held=tally.held,
        named=tally.named,
    )


def _paths(urls: Sequence[str]) -> str:
    shown = ", ".join(map(_path, urls[:_SHOWN]))
    return (
        message("{paths} and {more} more", paths=shown, more=len(urls) - _SHOWN) if urls[_SHOWN:] else shown
    )


def _path(url: str) -> str:
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
