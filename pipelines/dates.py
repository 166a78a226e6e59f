"""Stage 300: when an article was published, from the best evidence on its page, and which evidence that was.

Every source can lie: a migration stamps its own day on all pages, templates print American order or the
page's clock, side lists bring other articles' dates. So no source is believed alone where another speaks:

1. In order of trust: JSON-LD, meta, the line with a posting label or from the family's date node, another
   line by the title, an update label, the URL, the feed or listing entry, at last the event of the text.
2. A line that equals the fetch is the page's clock. On the fetch's own day, an unlabelled line needs the
   event or another source beside it.
3. Where structured data and a line by the title differ in the day, the line wins, since readers and editors
   see it: unless it is an update label and the structured date is earlier, or URL, feed or listing side with
   the structured date and not with the line.
4. A date in American print whose swapped day follows the event of the text within SWAP_DAYS is swapped. An
   unlabelled date more than STALE_DAYS before the day of a report, printed with its year, is stale.
5. On one day the source with a clock gives the minute; a clock seven hours off the line's is local time
   labelled UTC, and the line gives it.

Nothing falls back to today: without evidence the value stays None and the article is flagged "undated".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache, partial
from typing import Any
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from pipelines.dating import evidence as pagedates
from pipelines.dating import markup
from pipelines.dating.event import STALE_DAYS, Event, event_of, printed_event_of, refutes
from pipelines.dating.foreign import in_digits
from pipelines.dating.line import DateLine, read_line
from pipelines.items import Article, DateSource, Precision, Published
from storage.vocabulary import local

SWAP_DAYS = 10  # a report follows its event within so many days where its day and month were swapped
# As .NET prints a time in en-US: no leading zeros, a half of the day. "05/10/2021" is never read so.
_AMERICAN = re.compile(
    r"(?<!\d)(?P<first>[1-9]\d?)/(?P<second>[1-9]\d?)/\d{4} \d{1,2}:\d{2}(?::\d{2})? ?(?:AM|PM|SA|CH)", re.I
)
# Letters that no other language uses.
_VIETNAMESE = re.compile("[\u01a0\u01a1\u01af\u01b0\u1ea0-\u1ef9]")
SHORT_TEXT = 15  # letters; a shorter text tells no language
MONTH = 55  # the trust of a month that stands alone by the headline: more than an address such as /2023/08/
UPDATE = 75  # the trust of structured data that names an update only
LOOKED_AT = 300_000  # letters of a page that are searched for American dates
SWAPPED = 30  # added to the trust of a date that had to be swapped: any line that did not comes first


Told = Callable[..., Event | None]  # the event of the text; with True, only where its year is printed


@dataclass(frozen=True, slots=True)
class Evidence:
    """One source's date. `trust` orders them, the lowest first; `sure` lines carry a label or a family's
    word.
    """

    source: DateSource
    value: str
    precision: Precision
    raw: str
    trust: int
    sure: bool = True
    updated: bool = False
    relative: bool = False  # reckoned from the fetch: "1 ngày trước"

    @property
    def day(self) -> date | None:
        return date.fromisoformat(self.value[:10]) if len(self.value) >= 10 else None


def date_article(article: Article) -> Published:
    """Returns the publication date of `article` as its page has it; Published() where nothing dates it."""
    # Asked for where it decides something, since it is half of the work.
    event = cache(lambda printed=False: (printed_event_of if printed else event_of)(article))
    evidence = _in_order(list(_evidence(article)), article)
    today = local(article.page.fetched_at).date()
    evidence = [e for e in evidence if not _clock_like(e, evidence, event, today)]
    refuted = partial(refutes, article)
    sound = [r for e in evidence if (r := _sound(e, evidence, event, refuted, today))]
    if chosen := _choose([e for e in sound if e.day], foreign=_is_foreign(article)):
        best = _finest(chosen, sound)
        return Published(best.value, best.precision, best.source, best.raw)
    months = [e for e in sound if e.source == "visible" and e.precision == "month"]
    told = event()
    if told and not told.announced and not (months and _outside(told.day, months[0])):
        source: DateSource = "text" if told.source == "text" else "inferred"
        return Published(told.day.isoformat(), "day", source, told.raw, is_event=True)
    if sound:  # a month or a year, from a URL such as /2023/10/
        rough = min(sound, key=lambda e: e.trust)
        return Published(rough.value, rough.precision, rough.source, rough.raw)
    return Published()


def _evidence(article: Article) -> Iterator[Evidence]:
    """What each source says, read by the same rules as any line; traps and events of lines give nothing."""
    page, hints = article.page, article.page.hints
    now = page.fetched_at
    read = partial(read_line, fetched_at=now)
    if _is_foreign(article):
        read = partial(_read_foreign, now=now)
    if article.tree is not None:
        yield from _structured(article, article.tree, read)
    told = [article.told_date] if article.told_date else []
    lines = list(dict.fromkeys([*told, *article.date_lines]))
    if not lines and article.tree is not None:
        lines = markup.printed(article.tree, article.title, page.url)
    for index, text in enumerate(lines):
        reading = read(text)
        if _is_month_alone(text, reading, now):
            yield _from_line("visible", reading, MONTH + min(index, 9), sure=False)
            continue
        if reading.kind != "published" or not reading.value or reading.role == "entry":
            continue
        relative = reading.role == "relative" and not _names_today(reading, now)
        sure = reading.role == "posted" or text in told or relative
        trust = 10 if sure else 50 if reading.role == "updated" else 20
        trust += min(index, 9)
        yield _from_line("visible", reading, trust, sure=sure)
    if stamp := pagedates.in_url(page.url, local(now).date()):
        yield Evidence("url", stamp[0], stamp[1], stamp[2], 60)
    for hint, trust in ((hints.feed_date, 70), (hints.listing_date, 71)):
        if hint and (reading := read(hint)).value and reading.kind == "published":
            yield _from_line("feed", reading, trust)


def _read_foreign(text: str, now: datetime) -> DateLine:
    return read_line(in_digits(text), now, keep_offset=True)


def _structured(article: Article, tree: HtmlElement, read: Callable[[str], DateLine]) -> Iterator[Evidence]:
    """JSON-LD, meta elements and moments in attributes; what names only an update comes last."""
    url, title = article.page.url, article.title
    posted, updated = pagedates.json_ld(tree, title, url)
    marked = sorted([*markup.metas(tree), *markup.moments(tree, title, url)], key=lambda found: found.rank)
    meta = [found.text for found in marked if found.rank < markup.UPDATED]
    updates = [found.text for found in marked if found.rank == markup.UPDATED]
    sources: list[tuple[DateSource, list[str], int]] = [
        ("json-ld", [posted or ""], 0), ("meta", meta, 1),
        ("json-ld", [updated or ""], UPDATE), ("meta", updates, UPDATE),
    ]  # fmt: skip
    for source, texts, trust in sources:
        for text in filter(None, texts):
            reading = read(markup.as_printed(text))
            if reading.value and reading.kind == "published":
                found = _from_line(source, reading, trust)
                yield replace(found, raw=text, updated=trust == UPDATE)
                break


def _outside(day: date, month: Evidence) -> bool:
    """Whether a month is printed by the headline, and an event of the text lies in another one."""
    return not month.value.startswith(f"{day:%Y-%m}")


def _is_foreign(article: Article) -> bool:
    """Whether the page is of another country, so that its moments keep the offset that they are printed
    with: its day is the one its readers saw. Told by a text without one Vietnamese letter on a foreign host.
    """
    host = urlsplit(article.page.url).hostname or ""
    text = " ".join([article.title, article.lead or "", *article.body[:3]])
    return len(text) > SHORT_TEXT and not host.endswith(".vn") and _VIETNAMESE.search(text) is None


def _is_month_alone(text: str, reading: DateLine, now: datetime) -> bool:
    """Whether a line by the headline is nothing but a month and its year, which has begun: there it is the
    month of publication.
    """
    if reading.precision != "month" or reading.kind != "event" or reading.value is None:
        return False
    return text.strip(" :.,;|-–()") == reading.raw and reading.value <= f"{local(now):%Y-%m}"


def _names_today(reading: DateLine, now: datetime) -> bool:
    """Whether a line says "hôm nay" and no clock: the head of a page may say so, too."""
    return reading.precision == "day" and reading.day == local(now).date()


def _from_line(source: DateSource, reading: DateLine, trust: int, *, sure: bool = True) -> Evidence:
    return Evidence(
        source,
        reading.value or "",
        reading.precision,
        reading.raw or "",
        trust,
        sure,
        reading.role == "updated",
        reading.role == "relative",
    )


def _in_order(evidence: list[Evidence], article: Article) -> list[Evidence]:
    """`evidence` with the dates in American print swapped where structured data gives the swapped day, or
    where the page prints other dates so that can be read in no other way ("10/26/2023 2:30:00 PM").
    """
    if not any(_AMERICAN.search(item.raw) for item in evidence):
        return evidence
    structured = {item.day for item in evidence if item.trust < 10 and not _AMERICAN.search(item.raw)}
    writes_so = _writes_american(article)
    ordered = []
    for item in evidence:
        swapped = _swapped(item.day) if item.day and _is_ambiguous(item.raw) else None
        if swapped and item.day not in structured and (swapped in structured or writes_so):
            item = replace(item, value=swapped.isoformat() + item.value[10:])
        ordered.append(item)
    return ordered


def _is_ambiguous(raw: str) -> bool:
    match = _AMERICAN.search(raw)
    return match is not None and int(match["first"]) <= 12 and int(match["second"]) <= 12


def _writes_american(article: Article) -> bool:
    """Whether days beyond 12 stand second in the page's dates of American print, and none first."""
    if article.tree is None:
        return False
    text = "".join(article.tree.itertext())[:LOOKED_AT]
    pairs = [(int(match["first"]), int(match["second"])) for match in _AMERICAN.finditer(text)]
    return any(second > 12 for _, second in pairs) and all(first <= 12 for first, _ in pairs)


def _clock_like(item: Evidence, evidence: list[Evidence], event_: Told, today: date) -> bool:
    """Whether an unlabelled line or a structured date that gives the day of the fetch is the page's clock."""
    if item.day != today or _told_so(item) or item.trust >= 60:
        return False
    others = [
        e for e in evidence if e is not item and e.day and (e.source, e.value) != (item.source, item.value)
    ]
    if any(e.day == today for e in others):
        return False
    if item.source != "visible" and item.precision == "minute":
        return False  # a clock that is off the fetch by minutes; a nearer one did not get this far
    event = event_()
    if item.source != "visible" and not others:
        return event is not None and (today - event.day).days > SWAP_DAYS
    return event is None or not 0 <= (today - event.day).days <= SWAP_DAYS


def _sound(
    item: Evidence,
    evidence: list[Evidence],
    event_: Told,
    refuted: Callable[[Event, date], bool],
    today: date,
) -> Evidence | None:
    """`item`, its day and month swapped where its print is American and only so it follows the event; None
    where it is an unlabelled date that the report of a later day refutes and nothing else gives its day: what
    two sources agree on, or structured data says, stands.
    """
    if item.day is None:
        return item
    american = _AMERICAN.search(item.raw) is not None
    agreed = any(e.day == item.day and e.source != item.source for e in evidence)
    # What an editor labelled stands: a text may speak of any later day. No event lies far behind a new date.
    if not american and (
        _told_so(item) or item.trust < 10 or agreed or (today - item.day).days <= STALE_DAYS
    ):
        return item
    event = event_(not american)  # one whose year is inferred proves little
    if event is None or event.announced or 0 <= (item.day - event.day).days <= 3 * SWAP_DAYS:
        return item
    swapped = _swapped(item.day) if american else None
    if swapped and swapped <= today and 0 <= (swapped - event.day).days <= SWAP_DAYS:
        return replace(item, value=swapped.isoformat() + item.value[10:], trust=item.trust + SWAPPED)
    if _told_so(item) or event.source == "inferred":
        return item
    return None if refuted(event, item.day) else item


def _told_so(item: Evidence) -> bool:
    """Whether a line says that this is the date: its label does, or the family's word for its node."""
    return item.source == "visible" and item.sure


def _swapped(day: date) -> date | None:
    try:
        return date(day.year, day.day, day.month)
    except ValueError:
        return None


def _choose(sound: list[Evidence], *, foreign: bool) -> Evidence | None:
    """The evidence whose day is believed: rules 1 and 3 of this module."""
    if not sound:
        return None
    ranked = sorted(sound, key=lambda e: e.trust)
    structured = next((e for e in ranked if e.trust < 10), None)
    lines = [e for e in ranked if e.source == "visible" and not (structured and e.relative)]
    if structured is None or not lines:
        return ranked[0] if len(lines) < 2 else _agreed(lines, ranked)
    if foreign and not lines[0].sure:
        return structured  # lines are read as Vietnamese ones, day before month
    agreeing = [e for e in lines if e.day == structured.day]
    if agreeing and not (lines[0].sure and lines[0].day != structured.day):
        return structured
    line = _agreed(lines, ranked)
    if line.updated and structured.day and line.day and structured.day <= line.day:
        return structured
    outside = {e.day for e in ranked if e.trust >= 60 and not e.updated}
    return structured if structured.day in outside and line.day not in outside else line


def _agreed(lines: list[Evidence], ranked: list[Evidence]) -> Evidence:
    """The first line, unless it is unlabelled and another source sides with a later one."""
    if lines[0].sure:
        return lines[0]
    outside = {e.day for e in ranked if e.source != "visible"}
    return next((line for line in lines if line.day in outside), lines[0])


def _finest(chosen: Evidence, sound: list[Evidence]) -> Evidence:
    """On the chosen day the most trusted source that prints a clock, local time labelled UTC put right."""
    clocked = [e for e in sound if e.day == chosen.day and e.precision == "minute" and not e.updated]
    shifted = [e for e in sound if e.source == "visible" and e.precision == "minute"]
    if chosen.source in ("json-ld", "meta") and chosen.precision == "minute":
        moment = datetime.fromisoformat(chosen.value)
        for line in shifted:
            if moment - datetime.fromisoformat(line.value) in (timedelta(hours=7), timedelta(hours=-7)):
                return line
    if chosen.precision == "minute" and chosen.value.endswith("+00:00"):
        # A foreign page that prints world time: the day that it shows its readers may be the one beside.
        return next((e for e in sound if _is_shown(e, chosen)), chosen)
    if chosen.updated or (chosen.precision == "minute" and not _midnight(chosen)):
        return chosen
    return min((e for e in clocked if not _midnight(e)), key=lambda e: e.trust, default=chosen)


def _is_shown(item: Evidence, chosen: Evidence) -> bool:
    """Whether an address names a day beside the chosen one, or a line the day before it."""
    if item.day is None or chosen.day is None:
        return False
    off = (item.day - chosen.day).days
    return (item.source == "url" and abs(off) == 1) or (item.source == "visible" and off == -1)


def _midnight(item: Evidence) -> bool:
    """Whether the clock is 00:00, which templates print beside a day that has none."""
    return item.value[11:16] == "00:00"


class DatesPipeline:
    """Scrapy item pipeline: an Article leaves with its publication date, or flagged "undated"."""

    def process_item(self, item: Any) -> Any:
        if isinstance(item, Article):
            item.published = date_article(item)
            if item.published.value is None:
                item.flags = sorted({*item.flags, "undated"})
        return item
