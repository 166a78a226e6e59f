"""The day of the event that an article reports: the lower bound of a publication date that nobody printed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from pipelines.dating.evidence import uploaded
from pipelines.dating.line import DateLine, YearMention, place_year, read_line, year_mentions
from pipelines.items import Article
from storage.vocabulary import local

PARAGRAPHS = 6  # of the body, behind the lead: a report says when in its first sentences
STALE_DAYS = 183  # a line that is older than a report of this day by more is none of its page: see `refutes`
SENTENCES = 12
SHORT = 25  # words of a title or of a document's date line
MENTION_PARAGRAPHS = 60  # that are searched for months named with their year
# Without one of these a sentence prints no day: 26/10, 2023-10-26, "26 tháng"; 27.600 and 156/2018 are none.
_DAY_CUE = re.compile(
    r"(?<!\d)\d{1,2} ?[/.–-] ?\d{1,2}(?!\d)|\d{4} ?[/.–-] ?\d{1,2}(?!\d)|\d +(?:t|T)h", re.A
)
_DIGIT = re.compile(r"\d|hai\s", re.I)  # or a year in words: a title without it prints no date
# Every sentence that prints a day with its year has one of these: 2023, 26/10/23, 26-oct-23, "hai nghìn".
_YEAR = re.compile(r"\d{4}|\d\W{1,3}\d{1,2}\W{1,3}\d\d|[^\W\d_]\W\d\d|hai\s", re.I)
OPENING = 120  # letters of a text in which a report says when
# "Sáng 10/5/2023", "Vào chiều ngày …", "(Đài huyện) - Tối …": the day part opens the sentence
_REPORT = re.compile(
    r"(?:^|[-–—:)]\s*)(?:Sáng|Trưa|Chiều|Tối|Đêm|Vào (?:sáng|trưa|chiều|tối|đêm))(?!\w)[^.,;:]{0,20}$"
)
_SENTENCE_END = re.compile(r" (?<=[.!?;…] )(?=[^\W\d_])")  # the blank first: it is quick to find


@dataclass(frozen=True, slots=True)
class Event:
    day: date
    raw: str
    source: str  # "text": its year is printed with it; "inferred": named elsewhere in the article
    announced: bool  # told as yet to come
    first: date | None = None  # of several days


def event_of(article: Article) -> Event | None:
    """Returns the day that the lead, the first paragraphs or a range in the title give, never after the fetch
    unless announced, or None. Captions, citations, anniversaries and terms give none; neither does a day
    whose year nothing in the article names: the day of the fetch says nothing of an old page's year.
    """
    today = local(article.page.fetched_at).date()
    mentions: list[YearMention] | None = None
    for reading in _told(article, _sentences(article)):
        if reading.year_from == "fetch":
            mentions = list(_mentions(article)) if mentions is None else mentions
        if event := _event(reading, mentions or [], today):
            return event
    return None


def printed_event_of(article: Article) -> Event | None:
    """Returns what `event_of` gives where the year is printed with the day, else None; quicker, since
    sentences without a year are read only where one with a year follows.
    """
    today = local(article.page.fetched_at).date()
    passed: list[str] = []
    for sentence in _sentences(article):
        if not _YEAR.search(sentence):
            passed.append(sentence)
            continue
        for reading in _told(article, [sentence]):
            if reading.year_from == "fetch":
                passed.append(sentence)
            elif event := _event(reading, [], today):
                if event.source == "inferred":
                    return None
                bare = [one for one in _told(article, passed) if one.year_from == "fetch"]
                mentions = list(_mentions(article)) if bare else []
                return None if any(_event(one, mentions, today) for one in bare) else event
    return None


def _told(article: Article, sentences: Iterable[str]) -> Iterator[DateLine]:
    """What `sentences` of `article` say of the day that it reports."""
    for sentence in sentences:
        reading = read_line(sentence, article.page.fetched_at)
        if reading.day and reading.raw and _tells(reading, sentence, is_title=sentence is article.title):
            yield reading


def _event(reading: DateLine, mentions: list[YearMention], today: date) -> Event | None:
    """The event of `reading`, its year taken from `mentions` where nothing on the line gave it."""
    if reading.day is None or reading.raw is None:
        return None
    if reading.year_from == "fetch":
        day = _placed(reading, mentions, today)
    else:
        day = date.fromisoformat(reading.end) if reading.end else reading.day
    if day is None or day.year < 1990 or (day > today and not reading.announced):
        return None
    source = "inferred" if reading.inferred else "text"
    return Event(day, reading.raw, source, reading.announced or day > today, min(day, reading.day))


def _tells(reading: DateLine, sentence: str, *, is_title: bool) -> bool:
    """Whether `reading` is what the article reports, or a document's date line ("Kỳ Anh, ngày 4/6/2024")."""
    if reading.role == "event":
        return not reading.deadline
    dated = reading.role == "bare" or (is_title and reading.role == "entry")
    return dated and not reading.inferred and len(sentence.split()) <= SHORT


def _sentences(article: Article) -> Iterator[str]:
    titled = _DIGIT.search(article.title) is not None
    if titled and (title := read_line(article.title, article.page.fetched_at)).end and title.role == "event":
        yield article.title  # a digest of several days was published on the last of them, or later
    count = 0
    captions = set(article.captions)
    for paragraph in [article.lead or "", *article.body[:PARAGRAPHS]]:
        if paragraph in captions:
            continue
        for sentence in _SENTENCE_END.split(paragraph[:3_000]):
            if _DAY_CUE.search(sentence) and (count := count + 1) <= SENTENCES:
                yield sentence
    if titled:
        yield article.title  # "Bản tin ngày 12/5/2022"


def _placed(reading: DateLine, mentions: list[YearMention], today: date) -> date | None:
    """The day of `reading` in the year that the article names; a printed weekday must not disagree."""
    last = date.fromisoformat(reading.end or reading.value[:10]) if reading.value else None
    if last is None or (year := place_year(last.month, last.day, mentions, today)) is None:
        return None
    day = date(year, last.month, last.day)
    agrees = reading.weekday is None or reading.end or day.weekday() == reading.weekday
    return day if agrees else None


def _mentions(article: Article) -> Iterator[YearMention]:
    """Years that the article names, the best evidence first: months with their year in title, lead and body,
    the folders of its pictures, then years alone, in the title and the lead, or the only one of the body.
    """
    head = [m for text in (article.title, article.lead or "", *article.body[:1]) for m in year_mentions(text)]
    body = [m for text in article.body[1:MENTION_PARAGRAPHS] for m in year_mentions(text[:2_000])]
    yield from (m for m in head if m.month)
    yield from (m for m in body if m.month)
    for image in article.images:
        if stamp := uploaded(image.url):
            yield YearMention(*stamp)
    yield from (m for m in head if not m.month)
    alone = [m for m in body if not m.month]
    if not any(m for m in head if not m.month) and len({m.year for m in alone}) == 1:
        yield alone[0]


def refutes(article: Article, event: Event, day: date) -> bool:
    """Returns whether `event` proves that a page which prints `day` by its headline was not published then.

    Only a report does: its text opens with a part of the day ("Sáng 10/5/2023, …") more than STALE_DAYS after
    `day`. Any other later day (a deadline, an election, a law that comes into force) may be told beforehand,
    and a smaller difference is more often a slip in the text than in what the system printed.
    """
    if event.announced or ((event.first or event.day) - day).days <= STALE_DAYS:
        return False
    opening = (article.lead or next(iter(article.body), ""))[:OPENING]
    return event.raw in opening and _REPORT.search(opening.partition(event.raw)[0]) is not None
