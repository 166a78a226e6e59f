"""Whether the listings still lead to articles."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import median
from urllib.parse import urlsplit

from crawler.verdict.tally import PASSING, Finding, Past, Tally, told
from storage.language.codes import word
from storage.language.messages import joined, message, nmessage
from storage.text import sounds_like_maintenance
from storage.vocabulary import Outcome, Verdict

_RUNS = 3  # that found links, before the loss of a lesser listing is told: menus of a home page come and go
_WORDS = {
    "script_wall": message("it is a script wall"),
    "redirect_home": message("it leads to the home page"),
    "redirect_page": message("it only redirects"),
    "login": message("it asks for a password"),
}


def linkless(tally: Tally, past: Past, expect: Mapping[str, float]) -> Finding:
    """Listings answered and led nowhere: another template, a wall, or a hijacked site."""
    pages = tally.pages()
    if pages and not any(page["links"] for page in pages.values()):
        usual = [sentence for url in pages if (sentence := _lost(url, tally, past))]
        plain = [_sentence(url, message("no link to an article"), tally) for url in pages]
        if not usual and any(page["links"] for page in tally.listings.values()):
            return None  # it was always read by its feed
        return Verdict.BROKEN, joined((usual or plain)[:3], "; ")
    if not tally.listings and not tally.read() and not tally.reasons["blocked:budget"]:
        gone = tally.under(Outcome.GONE, Outcome.FAILED)
        because = [
            message("{path} {why}", path=_path(url), why=_WORDS.get(why) or word("reason", why))
            for url, why in list(tally.missed.items())[:3]
        ]
        if why := told(gone) or joined(because, "; "):
            return Verdict.BROKEN, message("no listing page could be read: {why}", why=why)
        return Verdict.BROKEN, message("no listing page answered")
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
    return name, joined([said[url] for url in sorted(said, key=lambda url: -usual[url])[:3]], "; ")


def _lost(url: str, tally: Tally, past: Past) -> str | None:
    """Returns the sentence on a listing without links that had some before; None where it never had any."""
    counts = past.links(url)
    if not counts:
        return None
    found = message("0 links")
    if url not in tally.listings:
        found = message("not read ({reason})", reason=word("reason", tally.missed[url]))
    what = nmessage(
        "{found}, {usual:g} on the last run",
        "{found}, {usual:g} on the last {n} runs",
        len(counts),
        found=found,
        usual=median(counts),
    )
    return _sentence(url, what, tally)


def _sentence(url: str, what: str, tally: Tally) -> str:
    parts = [message("listing {path}: {what}", path=_path(url), what=what)]
    parts += [_WORDS[why]] if (why := tally.missed.get(url)) in _WORDS else []
    if said := tally.said.get(url):
        parts.append(message("it says “{words}”", words=said[:80]))
        parts += [message("a maintenance page?")] if sounds_like_maintenance(said) else []
    parts += (
        [message("page kept in WARC at {place}", place=place)] if (place := tally.places.get(url)) else []
    )
    return joined(parts, "; ")


def _path(url: str) -> str:
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
