"""What a date on a line stands for: the words before and after it decide, in a fixed order."""

from __future__ import annotations

import re
from typing import Literal

from pipelines.dating import terms
from pipelines.dating.find import Line, Mention

# posted, updated: labelled. bare: alone on its line, or beside a byline and counters. entry: at the end of a
# title, as lists print other articles. event, period: told in a sentence. citation: of a document, caption:
# of a
# photo: true dates that never date the page. The rest is no date: lunar, life, jubilee, recurring, number, …
Role = Literal[
    "posted", "updated", "bare", "entry", "event", "period", "citation", "caption",
    "lunar", "life", "jubilee", "recurring", "number", "weak", "clock",
]  # fmt: skip
DATES: frozenset[Role] = frozenset(
    ["posted", "updated", "bare", "entry", "event", "period", "citation", "caption"]
)
BEFORE = 170  # characters before a date that are looked at: a citation with its document and issuer
NEAR = 70  # characters around a date in which "sẽ" or "dự kiến" speaks of it
TITLE_WORDS = 6  # from this many words on, what stands before a bare date is a title, no byline or place
SENTENCE_WORDS = 4  # from this many words on, what follows a date goes on with a sentence
LED_WORDS = 2  # the same behind "Ngày 5/4/2023," which no template prints before a name
_WORD = re.compile(r"[a-z0-9&/]*[a-z][a-z0-9&/]*")
_LETTER = re.compile(r"[a-z]")
_LETTERS = re.compile(r"[^\W\d_]+")
_ASIDE = re.compile(r"^[\s\])]*\([^)]{0,80}\)")
_FIELDS = re.compile(r"[|;•]|\s-\s")
_LAST_FIELD = re.compile(r"[|;•]|\s-\s|:\s")
_NAMED = re.compile(r"\W*(?:[\w/]+ ){0,3}[\w/]+ ?:")


def role(line: Line, mention: Mention) -> Role:
    """Returns the role of `mention` on `line`. Total; looks at BEFORE characters before it and at the rest of
    the line.
    """
    start, end = mention.start, mention.end
    left = max(0, start - BEFORE)
    lettered = _LETTER.search(line.flat, left, mention.core) is not None

    def before(words: terms.Vocabulary, to: int = start) -> bool:
        return lettered and line.search(words, left, to) is not None

    def after(words: terms.Vocabulary) -> bool:
        return line.match(words, end) is not None

    if line.flat[left:start].rstrip().endswith("(") and _is_pair(line, mention):
        return "jubilee"
    if before(terms.POSTED):
        return "posted"
    if before(terms.UPDATED):
        return "updated"
    if (
        before(terms.NUMBERED, mention.core)
        and mention.named_month == ""
        and (mention.day or not before(terms.ISSUE))
    ):
        return "number"
    if _is_lunar(line, mention):
        return "lunar"
    if (mention.year is None or mention.day is None) and _counts_visitors(line, mention):
        return "number"
    if after(terms.RECURRING):
        return "recurring"
    if before(terms.LIFE):
        return "life"
    if _is_pair(line, mention) or (
        mention.year is not None and 0 < mention.year < 1990 and before(terms.JUBILEE)
    ):
        return "jubilee"
    if before(terms.CAPTION) and (mention.year is not None or line.ends(terms.DAY_LEAD, start)):
        return "caption"
    if _is_citation(line, mention, left):
        return "citation"
    if mention.day is None:
        return _role_of_month(line, mention)
    part = before(terms.DAY_PART) or (mention.clock is None and before(terms.DAY_PART, mention.core))
    if mention.year is None and not part and (weak := _no_year(line, mention, left)):
        return weak
    if lettered and mention.year and line.ends(terms.LUNAR_DAY_BEFORE, mention.core):
        return "event"
    if part or mention.last or mention.hours or before(terms.PREPOSITION) or before(terms.EVENT_LABEL):
        return "clock" if before(terms.TODAY) and not _goes_on(line, end) else "event"
    return _by_neighbours(line, mention)


def announces(line: Line, mention: Mention) -> bool:
    """Returns whether the words around `mention` tell of it as yet to come."""
    left, right = max(0, mention.start - NEAR), mention.end + NEAR
    if line.search(terms.PAST, left, right):
        return False
    if line.search(terms.FUTURE, left, right):
        return True
    part = line.search(terms.DAY_PART, left, mention.start) or line.search(terms.DAY_PART, left, mention.core)
    return part is None and line.search(terms.PLANNED, left, right) is not None


def _counts_visitors(line: Line, mention: Mention) -> bool:
    """Whether a counter of visitors names the day or month: "Tháng 6/2024: 12.400"."""
    if line.search(terms.VISITORS, 0, len(line.flat)) is not None:
        return True
    return line.flat[mention.end :].lstrip().startswith(":") and bool(
        terms.COUNTED.match(line.flat, mention.end)
    )


def _is_pair(line: Line, mention: Mention) -> bool:
    """One day of two years, (20/10/1930 - 20/10/2022): an anniversary."""
    last = mention.last
    return bool(
        last
        and last[0]
        and mention.year
        and last[0] != mention.year
        and last[1:] == (mention.month, mention.day)
    )


def _is_lunar(line: Line, mention: Mention) -> bool:
    if line.match(terms.LUNAR_AFTER, mention.end):
        return True
    if mention.core and line.ends(terms.LUNAR_BEFORE, mention.core):
        return mention.year is None or not line.ends(terms.LUNAR_DAY_BEFORE, mention.core)
    if mention.named_month in ("gieng", "chap"):
        # .NET's vi-VN culture prints "15 Tháng Giêng 2020 10:30 SA": a year and a clock, a weekday or a line
        # of its own
        alone = not _WORD.search(line.flat[: mention.start]) and not _WORD.search(line.flat[mention.end :])
        return not (
            mention.year and (mention.clock or mention.weekday is not None or (alone and mention.day))
        )
    return False


def _is_citation(line: Line, mention: Mention, left: int) -> bool:
    if line.search(terms.ISSUED, left, mention.start):
        return True
    match = line.search(terms.DOCUMENT, left, mention.core)
    if match is None:
        return False
    cited = line.flat[match.start() : match.end()]
    day = match["day"].lstrip()
    of_issuer = re.match(
        r"\W{0,2}(?:cua|ve|hoi nghi lan)(?![a-z])", line.flat[mention.end : mention.end + 20]
    )
    if not terms.CODE.search(cited) and not of_issuer:
        return False
    return (
        bool(day.strip(" ,)."))
        and (not match["day"].startswith(",") or bool(of_issuer))
        and "ng" in match["day"]
    )


def _no_year(line: Line, mention: Mention, left: int) -> Role | None:
    """Why a day without a year is none, or None: a word, a clock or a weekday must make it a day."""
    if line.search(terms.HOLIDAY, left, mention.start):
        return "jubilee"
    if line.ends(terms.DAY_LEAD, mention.start) or line.ends(terms.DAY_LEAD, mention.core):
        return None
    if mention.last is not None and line.search(terms.PREPOSITION, left, mention.start):
        return None
    if mention.weekday is not None or mention.clock is not None:
        return None
    if re.match(r"^th\d", mention.named_month or "") or re.search(
        r"\dth|\d th", line.flat[mention.start : mention.end]
    ):
        alone = not _WORD.search(line.flat[: mention.start]) and not _WORD.search(line.flat[mention.end :])
        return None if alone and mention.shape == "day_text" and "thang" not in line.flat else "weak"
    if line.search(terms.PREPOSITION, left, mention.start) and mention.shape == "day":
        return None if terms.WEAK_RIGHT.match(line.flat, mention.end) else "number"
    return "weak"


def _role_of_month(line: Line, mention: Mention) -> Role:
    if line.search(terms.RIGHTS, 0, len(line.flat)) or line.search(terms.PERIOD, 0, mention.start):
        return "number"
    if mention.named_month == "nam" and line.flat[: mention.start].endswith("ngay "):
        return "number"  # "ngày    tháng    năm 2022": a form that nobody filled in
    return "posted" if line.search(terms.ISSUE, 0, mention.start) else "period"


def _goes_on(line: Line, end: int, enough: int = SENTENCE_WORDS) -> bool:
    """Whether a sentence goes on behind `end`: not a counter, a label with its value, or a new field."""
    rest = _ASIDE.sub("", (line.low if line.accented else line.flat)[end:])
    if len(rest) < 2 * enough or rest.lstrip().startswith(("|", "-", "•", ";")):
        return False
    field = _FIELDS.split(line.words(terms.FURNITURE).sub("|", rest), 1)[0]
    return not _NAMED.match(field) and len(_words(field)) >= enough


def _words(text: str) -> list[str]:
    return _LETTERS.findall(text)


def _by_neighbours(line: Line, mention: Mention) -> Role:
    if line.flat[: mention.start].strip() == "[" and line.flat[mention.end : mention.end + 1] == "]":
        return "bare"
    led = (
        line.ends(terms.DAY_LEAD, mention.start)
        or line.ends(terms.DAY_LEAD, mention.core)
        or line.flat.startswith("ngay ", mention.core)
    )
    if _goes_on(line, mention.end, LED_WORDS if led else SENTENCE_WORDS):
        return "event"
    if mention.start == 0:
        return "bare"
    text = line.words(terms.FURNITURE).sub("|", (line.low if line.accented else line.flat)[: mention.start])
    field = _LAST_FIELD.split(text)[-1]
    count = len(_words(field))
    bracketed = line.shown[: mention.start].rstrip().endswith(("(", "["))
    colon = mention.clock is not None and mention.clock.colon
    if count >= TITLE_WORDS or (count >= SENTENCE_WORDS and bracketed):
        return (
            "event"
            if led and not colon and not bracketed
            else ("entry" if not colon or bracketed else "bare")
        )
    return "bare"
