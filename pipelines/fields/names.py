"""The names in a byline, an author field or a mark of a theme: what is a person's or an office's name."""

from __future__ import annotations

import re

from pipelines.article import phrases
from pipelines.article.bylines import is_login
from pipelines.fields.plain import plain

_LABEL = re.compile(
    r"^\W*(?:(?:(?:(?:được )?(?:viết|đăng|gửi) )?bởi|người (?:viết|đăng)|tác giả(?: bài viết)?|theo"
    r"|(?:words|written|posted"
    r"|published|reported|story|recipe|view all (?:posts|articles)) by|by|(?:erstellt|veröffentlicht|rezept"
    r"|artikel|text|zeige alle (?:beiträge|artikel)) von|von|par|por|door|przez|author|(?-i:di|de|av"
    r"|af))(?:\s*[:：]\s*|\s)"
    r"|(?:bài(?: và ảnh)?|tin(?:,? bài)?|interview|autor(?:in)?|text|tekst|foto|ảnh)\s*[:：]\s*)",
    re.I,
)
_BEHIND = re.compile(
    r"\s+(?:vào|lúc|on|at|am|le|el|il|ngày)\s+(?:\w+[\s,]+){0,3}\d.*$|\s*[|•·–—-]\s*\d.*$"
    r"|\s*\((?:@|ảnh|text|foto|photo).*$|\s*,?\s*\S+@\S+$|\s*[|•·]\s*[^|•·]*$|\s+for (?:the )?[A-Z].*$|\s*→$",
    re.I,
)
_TOGETHER = re.compile(r"\s*(?:;|\||\s/\s)\s*|,?\s+(?:and|und|et|och|og|en|&)\s+", re.I)
_NAMES = re.compile(r"\s*,\s*")
# A site's name, a function of the page, a label without its name
_NO_PERSON = re.compile(
    r"[@/\d]|\.(?:vn|com|net|org|edu|gov|de)\b|\bubnd\b|\bhuyện\b|\bcổng (?:thông tin|tt)"
    r"|\btrang (?:thông tin|chủ"
    r"|web|tin)\b|\bportal\b|xem tất cả|view all|website|\bgmbh\b|\bposts?\b|\bprofil"
    r"|^(?:tags?|contributors?|author|staff|unknown|none|null|undefined|redaktion|redacción|editors?"
    r"|the editors|tác giả"
    r"|chia sẻ|share|facebook|twitter|zalo|google|email|print|follow|more|mehr|see all|zeige alle.*"
    r"|benutzername|username"
    r"|(?:published|posted|written|submitted)(?: by| on)?|name|gesponserte inhalte)$",
    re.I,
)
_AGENCIES = frozenset(["dpa", "afp", "ap", "apa", "ttxvn", "sid", "afp/reuters"])
_LONGEST = 60  # letters of a name; with an office 40 more


def names_in(raw: str) -> list[str]:
    """Returns the names in a line, as printed but without label, date and address."""
    text = plain(raw)
    while text != (text := _BEHIND.sub("", _LABEL.sub("", text)).strip(" .,;:|–—-•")):
        pass
    if not text:
        return []
    parts = [part.strip(" .,;:|–—-") for part in _TOGETHER.split(text) if part and part.strip()]
    return [name for part in parts for name in _comma_parted(part) if name]


def _comma_parted(text: str) -> list[str]:
    """ "Ann Lee, Bo Diaz" is two people; "Ann Lee, Chief Reporter of the Times" and "Lee, Ann" are one."""
    parts = _NAMES.split(text)
    if len(parts) > 1 and all(2 <= len(part.split()) <= 4 and phrases.NAME.match(part) for part in parts):
        return parts
    return [text]


def is_author(name: str) -> bool:
    """Returns whether a text is a name: no address, account, function of the page, name of a portal."""
    if not 2 <= len(name) <= _LONGEST + 40 or len(name.split()) > 12 or _NO_PERSON.search(name):
        return False
    if phrases.UTILITY.match(name) or (is_login(name) and name not in _AGENCIES):
        return False
    return any(map(str.isalpha, name)) and not phrases.ends_sentence(name.rstrip("."))
