"""The rules by which a home page tells what a portal is; the first that answers decides.

Who the site says it is (title, banner, footer) weighs more than what its news tells, so a report about
gamblers is no break-in, and a menu that names a commune is no commune's site.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlsplit

from crawler.check import offices, signs
from crawler.check.look import Hop, Judgement, Look, Subject, Sure
from crawler.check.offices import Claim
from crawler.check.zones import Said, Zones
from crawler.discover.notices import notice
from crawler.fetch.responses import is_home
from pipelines.article.spam import hacked, spam_links, trades
from pipelines.html.parse import Page
from storage.language.codes import word
from storage.language.messages import joined, message
from storage.text import fold, words
from storage.vocabulary import State, Verdict

STILL = timedelta(days=90)  # without a new article; the sleepiest portals known publish once a month
SURELY_STILL = timedelta(days=180)
_OF_ITSELF = re.compile(
    r"\b(?:(?:cổng|trang) (?:thông tin|tin|web|chủ|này)|website|ttđt)\b.{0,100}?\b(?:chuyển|đổi)\b", re.I
)
FRESH = timedelta(days=30)
_FOR_NOW = re.compile(r"\btạm (?:ngừng|dừng|ngưng)|\btam (?:ngung|dung)", re.I)
_FEW_DAYS = 3  # dates beside links, at least, before their newest proves anything
_SPAM_LINKS = 10  # of a site that was broken into; an own page has none
_TRADES = 4  # words of gamblers on one page without any office
_EMPTY = 5  # words
_FORM = 80  # words of a page that is a log-in; portals have one in a corner
_SHELL = 40  # words of a page that its scripts fill
TRADE_HOST = re.compile(r"bet|casino|slot|poker|\d{2}win|win\d{2}|club|game|88|789|pharm|xoso|keo", re.I)


@dataclass(frozen=True, slots=True)
class Seen:
    """What the rules read: the last hop as a page, its zones, and where it stands."""

    subject: Subject
    look: Look
    last: Hop
    page: Page
    zones: Zones
    newest: date | None
    dated: int
    away: bool  # the page stands on another site than the portal
    today: date

    def claims(self) -> tuple[Claim | None, Sure, str]:
        """Returns whose site it says it is, how sure, and the words; the zones vote by their weights."""
        votes: dict[tuple[str, bool], int] = {}
        for said in self.zones.claims:
            key = said.claim.office, said.claim.own
            votes[key] = votes.get(key, 0) + said.weight
        if not votes:
            return None, "guess", message("nothing on its page says whose it is")
        best = max(votes, key=lambda key: votes[key])
        mine = [said for said in self.zones.claims if (said.claim.office, said.claim.own) == best]
        strongest = max(mine, key=lambda said: said.weight)
        rest = sum(weight for key, weight in votes.items() if key != best)
        sure: Sure = "certain" if len(mine) >= 2 and not rest else "likely" if votes[best] >= 3 else "guess"
        return strongest.claim, sure, joined(map(_quoted, mine[:2]), "; ")


def _no_text(seen: Seen) -> Judgement | None:
    kind = seen.last.headers.get("content-type", "html").lower()
    if seen.last.body.strip() and not any(part in kind for part in ("html", "xml", "text/plain")):
        return Judgement(
            State.UNCLEAR, "certain", message("its home page is no page but {kind}", kind=kind[:60])
        )
    return None


def _parked(seen: Seen) -> Judgement | None:
    read = seen.zones
    found = signs.PARKED.search(read.title) or (read.words <= signs.SHORT and signs.PARKED.search(read.text))
    if not found or _own(seen):
        return None
    return Judgement(
        State.PARKED, "likely", message('it says "{found}"', found=found.group()[:120]), target=_target(seen)
    )


def _failing(seen: Seen) -> Judgement | None:
    """An error that is sent as if it were a page."""
    read = seen.zones
    if _own(seen) or read.words > signs.SHORT or not signs.ERROR_TITLE.search(read.title):
        return None
    return Judgement(State.ERROR, "likely", message('its home page says "{title}"', title=read.title[:120]))


def _default(seen: Seen) -> Judgement | None:
    read = seen.zones
    if _own(seen) or read.words > signs.SHORT * 2:
        return None
    if found := signs.DEFAULT_TITLE.search(read.title) or signs.DEFAULT_TEXT.search(read.text):
        if signs.WALL.search(read.title) and "index of" not in read.title.lower():
            return None
        return Judgement(
            State.DEFAULT_PAGE,
            "certain",
            message('a server\'s own page: "{title}"', title=read.title or found.group()),
        )
    return None


def _works(seen: Seen) -> Judgement | None:
    """Works: told by a short page, or by the title of one that is not long."""
    read = seen.zones
    found = signs.WORKS.search(read.text) if read.words <= signs.SHORT // 2 else None
    found = found or (signs.WORKS.search(read.title) if read.words <= signs.SHORT else None)
    if not found or seen.dated >= _FEW_DAYS:
        return None
    return Judgement(State.MAINTENANCE, "likely", message('it says "{found}"', found=found.group()[:120]))


def _hijacked(seen: Seen) -> Judgement | None:
    """Gamblers and defacers: in what the page calls itself, or in most that it holds."""
    read, where = seen.zones, _target(seen)
    head = f"{read.title} {read.site_name}".strip()
    if found := signs.DEFACED.search(f"{head} {read.headings}") or (
        read.words <= signs.SHORT and signs.DEFACED.search(read.text)
    ):
        return Judgement(
            State.HIJACKED, "certain", message('it says "{found}"', found=found.group()), target=where
        )
    links = spam_links(seen.page.tree, seen.last.url)
    body = f"{read.description} {read.headings} {read.text[:600]}"
    if _own(seen):  # the title was left, or mended: is anything else the site's?
        rest = any(said.zone in ("banner", "footer") for said in read.claims) or seen.dated >= _FEW_DAYS
        if rest or not hacked(head, body, links):
            return None
        return Judgement(
            State.HIJACKED, "likely", message('its title advertises: "{head}"', head=head[:120]), target=where
        )
    if head and hacked(head, body, links):
        sure: Sure = "certain" if links >= 3 or len(trades(f"{head} {body}")) >= 3 else "likely"
        return Judgement(
            State.HIJACKED, sure, message('its title advertises: "{head}"', head=head[:120]), target=where
        )
    if links >= _SPAM_LINKS and 2 * links >= read.links:
        return Judgement(
            State.HIJACKED,
            "likely",
            message("{links} of {all} links sell gambling or pills", links=links, all=read.links),
            target=where,
        )
    said = trades(f"{head} {read.description} {read.headings} {read.text[:4000]}")
    if len(said) >= _TRADES and (seen.dated < _FEW_DAYS or not read.claims):
        return Judgement(
            State.HIJACKED,
            "likely",
            message("it advertises: {said}", said=", ".join(sorted(said)[:5])),
            target=where,
        )
    if read.language in ("zh", "ja", "ko", "th", "ru", "id") and read.words > _EMPTY:
        return Judgement(
            State.HIJACKED,
            "guess",
            message(
                'a page in another language ({language}): "{head}"', language=read.language, head=head[:120]
            ),
            target=where,
        )
    if seen.away and TRADE_HOST.search(urlsplit(seen.last.url).hostname or "") and not read.claims:
        return Judgement(
            State.HIJACKED, "likely", message("it leads to {url}", url=seen.last.url), target=where
        )
    return None


def _said_moved(seen: Seen) -> Judgement | None:
    """The page says that it has moved. A living portal also sends its readers to others' new addresses."""
    said = _notice(seen)
    if said is None or said[0] is not Verdict.MOVED:
        return None
    sentence = said[1]
    target = sentence.rpartition(" → ")[2] if " → " in sentence else _printed(sentence)
    fresh = seen.newest is not None and seen.today - seen.newest <= FRESH
    slug = "".join(words(seen.subject.name))
    whose = offices.claim(sentence, seen.subject.name, seen.subject.province)
    itself = _OF_ITSELF.search(sentence) and (whose is None or _ours(whose))
    if fresh and not itself and slug not in fold(target or ""):
        return None
    return Judgement(
        State.MOVED,
        "certain" if target else "likely",
        message('it says "{sentence}"', sentence=sentence),
        target=target,
    )


def _said_closed(seen: Seen) -> Judgement | None:
    """The page says that nothing will be added; "for now" is no end."""
    said = _notice(seen)
    if said is None or said[0] is not Verdict.FROZEN or _FOR_NOW.search(said[1]):
        return None
    return Judgement(State.FROZEN, "certain", message('it says "{said}"', said=said[1]))


def _notice(seen: Seen) -> tuple[Verdict, str] | None:
    claim, _, _ = seen.claims()
    return None if claim and not _ours(claim) else notice(seen.page.tree, seen.last.url)


def _another(seen: Seen) -> Judgement | None:
    """A site that says it is another office's."""
    claim, sure, said = seen.claims()
    if claim is None or _ours(claim):
        return None
    if seen.away and claim.office == "province" and _part_of(seen):
        return Judgement(
            State.MOVED,
            "likely",
            message("it redirects to a part of another site; {said}", said=said),
            target=seen.last.url,
        )
    if not claim.own and sure != "certain" and _mentioned(seen) and not _named(seen, claim):
        return None  # a headline in the title: "Xã Tân Lập đón bằng công nhận"
    return Judgement(State.ANOTHER_OFFICE, sure, said, target=_target(seen), office=claim.words)


def _moved(seen: Seen) -> Judgement | None:
    if not seen.away:
        return None
    claim, sure, said = seen.claims()
    permanent = any(hop.status in (301, 308) for hop in seen.look.hops[:-1])
    kind = message("it redirects to {url}", url=seen.last.url)
    if claim is not None:
        return Judgement(
            State.MOVED,
            sure if permanent else "likely",
            joined([kind, said], "; "),
            target=_address(seen),
        )
    host = urlsplit(seen.last.url).hostname or ""
    if host.endswith(".gov.vn") or _part_of(seen):
        return Judgement(
            State.MOVED,
            "likely" if permanent else "guess",
            joined([kind, said], "; "),
            target=_address(seen),
        )
    return Judgement(State.UNCLEAR, "likely", joined([kind, said], "; "), target=seen.last.url)


def _shell(seen: Seen) -> Judgement | None:
    """Pages with next to nothing to read: empty, filled by scripts, or a log-in."""
    read = seen.zones
    claim, _, said = seen.claims()
    wall = signs.WALL.search(read.title) or (read.words <= _SHELL and signs.WALL.search(read.text))
    if wall and read.words <= signs.SHORT and claim is None:
        return Judgement(State.REFUSED, "likely", message('a firewall answers: "{wall}"', wall=wall.group()))
    bare = read.words <= _FORM and seen.dated < _FEW_DAYS
    if read.password and bare and signs.LOGIN.search(f"{read.title} {read.text}"):
        return Judgement(
            State.REFUSED, "likely", message("a log-in stands in front of it; {said}", said=said)
        )
    if read.words > _SHELL or (read.words > _EMPTY and not read.scripts):
        return None
    what = message("a page that its scripts fill")
    if read.words <= _EMPTY and not read.scripts:
        what = message("an empty page")
    if claim is not None and _ours(claim):
        return Judgement(State.LIVES, "guess", joined([what, said], "; "))
    return Judgement(
        State.UNCLEAR,
        "certain",
        message("{what}, titled {title!r}", what=what, title=read.title[:80]) if read.title else what,
    )


def _unclear(seen: Seen) -> Judgement | None:
    if seen.claims()[0] is None and not _mentioned(seen):
        return Judgement(State.UNCLEAR, "likely", seen.claims()[2])
    return None


def _still(seen: Seen) -> Judgement | None:
    """Frozen: a list of dated articles, none of which is new."""
    if seen.newest is None or seen.today - seen.newest <= STILL:
        return None
    if seen.dated < _FEW_DAYS:
        sure: Sure = "guess"
    else:
        sure = "certain" if seen.today - seen.newest > SURELY_STILL else "likely"
    said = message("the newest of {dated} dates beside its links is {day}", dated=seen.dated, day=seen.newest)
    return Judgement(State.FROZEN, sure, joined([said, seen.claims()[2]], "; "))


def _lives(seen: Seen) -> Judgement | None:
    claim, sure, said = seen.claims()
    if claim is None or not _ours(claim):
        sure, said = "guess", message("its text names {name}", name=seen.subject.name)
    told = [said, message("no dates beside its links")]
    if seen.newest:
        told[1] = message("newest article {day}", day=seen.newest)
    links = spam_links(seen.page.tree, seen.last.url)
    if links >= 3:
        told.append(message("{links} links on it sell gambling or pills: it was broken into", links=links))
    if seen.newest is None and sure == "certain":
        sure = "likely"
    return Judgement(State.LIVES, sure, joined(told, "; "))


RULES: tuple[Callable[[Seen], Judgement | None], ...] = (
    *(_no_text, _hijacked, _parked, _default, _failing, _said_moved, _works, _said_closed, _shell),
    *(_another, _moved, _unclear, _still, _lives),
)


def _ours(claim: Claim) -> bool:
    return claim.office == "district"


def _own(seen: Seen) -> bool:
    """Returns whether title or site name say that the site is the district's, or another office's."""
    return any(said.zone in ("title", "site name") and said.weight >= 4 for said in seen.zones.claims)


def _named(seen: Seen, claim: Claim) -> bool:
    """Returns whether the site's own words name the office of `claim`: a title that speaks of a site, a site
    name, a banner. A footer often names whoever runs the server.
    """
    wanted = claim.office, claim.own
    zones = [one for one in seen.zones.claims if (one.claim.office, one.claim.own) == wanted]
    return any(
        one.zone in ("site name", "banner")
        or (one.zone == "title" and (one.weight >= 4 or claim.office == "department"))
        or (one.zone == "footer" and claim.office == "commune")
        for one in zones
    )


def _mentioned(seen: Seen) -> bool:
    """Returns whether the district's name stands in the page's text twice, with or without its kind."""
    if len(seen.subject.name) < 4:  # "1", "Huế": it may stand for anything
        return False
    return f" {fold(seen.zones.text)} ".count(f" {fold(seen.subject.name)} ") >= 2


def _part_of(seen: Seen) -> bool:
    """Returns whether the page stands below a path of its host, and the path bears the district's name."""
    path = fold(urlsplit(seen.last.url).path)
    slug = "".join(words(seen.subject.name))
    return not is_home(seen.last.url, seen.last.url) and slug in re.sub(r"[^a-z0-9]", "", path)


def _address(seen: Seen) -> str:
    """Returns the address of the site that the page belongs to, without the path of its home page."""
    parts = urlsplit(seen.last.url)
    path = "" if not _part_of(seen) else parts.path.rstrip("/")
    return f"{parts.scheme}://{parts.netloc}{path}"


def _target(seen: Seen) -> str | None:
    return seen.last.url if seen.away else None


def _printed(sentence: str) -> str | None:
    found = re.search(r"(?:https?://)?(?:[\w-]+\.)+(?:vn|com|net|org)\b[^\s,;\"'<>]*", sentence)
    if not found:
        return None
    return found.group() if "://" in found.group() else f"https://{found.group()}"


def _quoted(said: Said) -> str:
    if said.zone == "text":
        return said.line
    return message('{zone} "{line}"', zone=word("zone", said.zone), line=said.line)
