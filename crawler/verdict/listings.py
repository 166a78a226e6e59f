"""Whether the listings still lead to articles."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import median
from urllib.parse import urlsplit

from crawler.verdict.tally import PASSING, Finding, Past, Tally, told
from storage.vocabulary import Outcome, Verdict

_RUNS = 3  # that found links, before the loss of a lesser listing is told: menus of a home page come and go
_WORDS = {
    "script_wall": "it is a script wall",
    "redirect_home": "it leads to the home page",
    "redirect_page": "it only redirects",
    "login": "it asks for a password",
}


def linkless(tally: Tally, past: Past, expect: Mapping[str, float]) -> Finding:
    """Listings answered and led nowhere: another template, a wall, or a hijacked site."""
    pages = tally.pages()
    if pages and not any(page["links"] for page in pages.values()):
        usual = [sentence for url in pages if (sentence := _lost(url, tally, past))]
        plain = [_sentence(url, "no link to an article", tally) for url in pages]
        if not usual and any(page["links"] for page in tally.listings.values()):
            return None  # it was always read by its feed
        return Verdict.BROKEN, "; ".join((usual or plain)[:3])
    if not tally.listings and not tally.read() and not tally.reasons["blocked:budget"]:
        gone = tally.under(Outcome.GONE, Outcome.FAILED)
        because = [f"{_path(url)} {_WORDS.get(why, why)}" for url, why in list(tally.missed.items())[:3]]
        why = told(gone) or "; ".join(because)
        return Verdict.BROKEN, f"no listing page could be read: {why}" if why else "no listing page answered"
    return None


def lost(tally: Tally, past: Past, expect: Mapping[str, float]) -> Finding:
    """Finds that a listing which had links has none, while others still do: its news are missed."""
    pages = tally.pages()
    if pages and not any(page["links"] for page in pages.values()):
        return None  # linkless says it
    away = {url for url, page in pages.items() if not page["links"]} | tally.missed.keys()
    said = {url: sentence for url in away if (sentence := _lost(url, tally, past))}
    if not said:
        return None
    usual = {url: median(past.links(url)) for url in said}
    left = sum(page["links"] for page in pages.values())
    share = sum(usual.values()) / (sum(usual.values()) + left)
    if share < expect["lost_share"] and all(len(past.links(url)) < _RUNS for url in said):
        return None
    passing = all(tally.missed.get(url, "").startswith(PASSING) for url in said)
    name = Verdict.BROKEN if share >= expect["lost_share"] and not passing else Verdict.DEGRADED
    return name, "; ".join(said[url] for url in sorted(said, key=lambda url: -usual[url])[:3])


def _lost(url: str, tally: Tally, past: Past) -> str | None:
    """Returns the sentence on a listing without links that had some before; None where it never had any."""
    counts = past.links(url)
    if not counts:
        return None
    runs = f"the last {len(counts)} runs" if len(counts) > 1 else "the last run"
    found = "0 links" if url in tally.listings else f"not read ({tally.missed[url]})"
    return _sentence(url, f"{found}, {median(counts):g} on {runs}", tally)


def _sentence(url: str, what: str, tally: Tally) -> str:
    why = _WORDS.get(tally.missed.get(url, ""))
    place = tally.places.get(url)
    parts = [f"listing {_path(url)}: {what}", why, f"page kept in WARC at {place}" if place else None]
    return "; ".join(filter(None, parts))


def _path(url: str) -> str:
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
