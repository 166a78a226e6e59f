"""What a survey found, written as a registry entry to paste: TOML that loads as it stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from pydantic import ValidationError

from crawler import config
from crawler.errors import Refused, Unfetched, UnknownDistrict
from crawler.probe.survey import Survey, survey
from crawler.registry.entries import Portal
from crawler.reread.onepage import moment
from crawler.terminal.console import configured
from crawler.terminal.escapes import json_text
from storage.language.messages import message
from storage.text import counted, visible, words

WORDS = 25  # of the sample's text: enough to see whether it is the article's own


TABLE, NAME = "ten-huyen", "Tên huyện"  # placeholders


@dataclass(frozen=True, slots=True)
class Place:
    """The district that a portal belongs to: the id of its table, and what the registry wants of it."""

    table: str = TABLE
    name: str = NAME
    kind: str = "huyện"
    code: str = "000"
    known: bool = False  # the registry has it already


def placed(name: str | None) -> Place:
    """Returns the district that `name` means: a registry's by its id or name, else one to be filled in by
    hand.
    """
    if name is None:
        return Place()
    try:
        known = configured()[1].resolve(name)
    except UnknownDistrict:
        bare = visible(name.rpartition(".")[2])
        table = "-".join(words(bare)) or TABLE
        return Place(table, NAME if bare == table else bare)
    return Place(known.id.partition(".")[2], known.name, known.kind, known.code, known=True)


def probe(url: str, delay: float, tell: Callable[[str], None]) -> tuple[Survey, int]:
    """Returns what stands at `url`, and the number of requests; `tell` hears of each page as it comes.

    Raises Refused where `url` is no portal's address, Unfetched where nothing answers there.
    """
    try:
        portal = Portal(url=url, family="generic").url
    except ValidationError as error:
        found = error.errors(include_url=False)[0]
        fault = found.get("ctx", {}).get("error") or found["msg"]
        raise Refused(message("{url}: {fault}", url=url, fault=fault)) from None
    config.load()  # its faults are told here; Scrapy's settings would end the process
    from crawler.probe.network import run

    return run(portal, survey, delay, tell)


def fault(error: Unfetched) -> str:
    """Returns in one line why a portal cannot be probed. Loads Scrapy, which has just been used."""
    from crawler.fetch.byhand import why

    return message("{url} cannot be probed: {why}", url=error.url, why=why(error))


def toml(found: Survey, place: Place, delay: float) -> str:
    """Returns the entry of the surveyed portal, with what was found as comments above it."""
    head = [*_head(found), "", f"[{place.table}]"]
    changed = place == Place()
    rows = [
        ("name", place.name, "placeholder: the district's name" if place.name == NAME else ""),
        ("kind", place.kind, "" if place.known else "huyện, quận, thị xã or thành phố"),
        ("code", place.code, "" if place.known else "placeholder: its General Statistics Office code"),
    ]
    if changed:
        head[-1] += "  # placeholder: the district's id"
    elif place.known:
        head[-1] += "  # in the registry already: add the portal below to its table"
    portal: list[tuple[str, Any]] = [
        ("url", found.portal),
        ("family", found.guess.family),
        ("sections", [section.path for section in found.sections]),
        ("feeds", list(found.feeds)),
        ("sitemaps", list(found.sitemaps)),
        ("delay", None if delay == 1 else int(delay) if delay == int(delay) else delay),
        ("unverified", ["family"] if found.guess.sure in ("guess", "likely") else []),
    ]
    lines = head + [f"{key} = {_value(value)}" + (f"  # {why}" if why else "") for key, value, why in rows]
    lines += ["", f"[[{place.table}.portals]]"]
    lines += [
        f"{key} = {_value(value)}" for key, value in portal if value not in (None, []) or key == "sections"
    ]
    return "\n".join(lines) + "\n"


def _head(found: Survey) -> list[str]:
    guess, today = found.guess, moment(None).date().isoformat()
    why = f": {', '.join(guess.marks)}" if guess.marks else ": no mark of a known system"
    lines = [
        f"Proposed by `huyen districts probe` for {found.portal} on {today}; check it first.",
        f"family {guess.family} ({guess.sure}){why}",
    ]
    for section in found.sections:
        newest = f", newest {section.newest}" if section.newest else ""
        lines.append(f"section {section.path} ({section.name}): {counted(section.links, 'article')}{newest}")
    lines += [f"feed {path}: {counted(count, 'entry', 'entries')}" for path, count in found.feeds.items()]
    lines += [
        f"sitemap {path}: {counted(n, 'article')}, {more} further maps"
        for path, (n, more) in found.sitemaps.items()
    ]
    if not found.sections:
        lines.append(f"no section found; the home page links {counted(found.home_links, 'article')}")
    lines += [f"note: {note}" for note in found.notes]
    return [f"# {_line(line)}" for line in [*lines, *_sample(found)]]


def _sample(found: Survey) -> list[str]:
    article = found.sample
    if article is None:
        return ["sample: no article could be read"]
    day = article.published
    text = " ".join([article.lead or "", *article.body]).split()
    return [
        f"sample {article.page.url}",
        f"  title: {article.title}",
        f"  date: {day.value or 'none'} ({day.precision}, from {day.source or 'nothing'})",
        f"  author: {article.author or 'none'}; category: {article.category or 'none'}",
        f"  text: {' '.join(text[:WORDS])}{' …' if len(text) > WORDS else ''} ({len(text)} words)",
    ]


def _line(text: str) -> str:
    """Returns `text` on one line of what TOML allows in a comment."""
    return "".join(c if c.isprintable() else " " for c in text).rstrip()


def _value(value: object) -> str:
    if isinstance(value, list) and sum(map(len, value)) > 80:
        return "[\n" + "".join(f"  {_value(item)},\n" for item in value) + "]"
    return json_text(value)  # of strings, numbers and lists TOML is the same


def as_object(found: Survey, entry: str, requests: int) -> dict[str, Any]:
    """Returns the survey as `huyen districts probe --json` prints it; `toml` is null where nothing was
    recognised.
    """
    sample = None
    if found.sample:
        article = found.sample
        sample = {
            "url": article.page.url,
            "title": article.title,
            "published_at": article.published.value,
            "published_source": article.published.source,
            "author": article.author,
            "category": article.category,
            "text": " ".join(" ".join([article.lead or "", *article.body]).split()[:WORDS]),
        }
    return {
        "url": found.portal,
        "family": found.guess.family,
        "sure": found.guess.sure,
        "marks": list(found.guess.marks),
        "sections": [asdict(section) for section in found.sections],
        "feeds": found.feeds,
        "sitemaps": {path: {"articles": n, "maps": more} for path, (n, more) in found.sitemaps.items()},
        "home_links": found.home_links,
        "sample": sample,
        "notes": found.notes,
        "requests": requests,
        "toml": entry if found.recognised else None,
    }
