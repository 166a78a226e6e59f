"""What this process has learned of the boilerplate of portals, and when it believes it.

Nothing here decides what is read: a page is read without its portal's pieces only where they all stand on it
as they were learned, and only after pages were read both ways with the same outcome in every field. One page
in fifty, by its address, goes on to be read both ways; a difference ends it for the portal. So it does not
matter which pages come first, in which process, or whether any is cut at all.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from zlib import crc32

from pipelines.boilerplate.pieces import Pieces, learn
from pipelines.dating import evidence, markup
from pipelines.items import Article, Hints, NotAnArticle, RawPage

WAIT = 4  # articles of a portal before any is learned from: a night with a few new ones gains nothing
SAMPLES = 4  # articles that are learned from
CHECKS = 4  # articles that are read both ways before the first is cut
SAMPLED = 50  # one article in so many goes on to be read both ways
SMALLEST = 20_000  # bytes of a page that is worth it; smaller ones may be walls (pipelines.article.kinds)
MOST_PORTALS = 8  # of a process; each holds its samples, some 100 KB a page
ROUNDS = 6  # how often a portal is learned anew: its menus mark the section, its template changes
LEFT = 0.5  # of the bytes of the pieces, where a page is learned from that does not have them all
MOST_REFUSED = 12  # more articles of a portal that were read whole after all: it is not tried again
_TOP = 3_000  # bytes in which a page begins as one; files are listed as articles, too
_TOLD = (
    "%s: a page reads differently without what its pages share, so they are all read whole from now on;"
    " please report its address: %s"
)
_OWN = frozenset(("page", "tree", "explain"))

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a page has to be read whole: pieces are `missing`, some stand `inside` the article, or neither."""

    missing: bool = False
    inside: frozenset[int] = frozenset()


Whole = Callable[[RawPage], Article | NotAnArticle]
Cut = Callable[[RawPage, Pieces], Article | Refused]


@dataclass(slots=True)
class _Portal:
    waited: int = 0
    samples: list[bytes] = field(default_factory=list)
    pieces: Pieces = field(default_factory=Pieces)
    checked: int = 0
    told: tuple[object, ...] = ()  # where the checked pages were looked at
    inside: frozenset[int] = frozenset()  # the article of the last page that was refused for that
    rounds: int = 0
    refused: int = 0  # pages that had to be read whole, beyond those that were cut


class Portals:
    """The portals of this process. `whole` reads a page, `cut` reads it without pieces or refuses to."""

    def __init__(self, whole: Whole, cut: Cut) -> None:
        self._whole, self._cut = whole, cut
        self._known: OrderedDict[str, _Portal] = OrderedDict()

    def read(self, page: RawPage) -> Article | NotAnArticle:
        """Returns what `whole` returns for `page`, and learns."""
        if not page.portal or page.tree is not None or page.parts or page.part_of:
            return self._whole(page)
        if len(page.body) < SMALLEST or b"<html" not in page.body[:_TOP].lower():
            return self._whole(page)
        portal = self._known.setdefault(page.portal, _Portal())
        self._known.move_to_end(page.portal)
        while len(self._known) > MOST_PORTALS:
            self._known.popitem(last=False)
        if not portal.pieces.found:
            return self._sampled(page, portal)
        told = _places(page.hints)
        if portal.told != told:
            portal.told, portal.checked = told, 0
        if portal.checked < CHECKS or crc32(page.url.encode()) % SAMPLED == 0:
            return self._both(page, portal)
        found = self._cut(page, portal.pieces)
        if isinstance(found, Article):
            portal.refused = max(0, portal.refused - 1)
            return found
        self._learn_from(page, portal, found)
        return self._whole(page)

    def forget(self) -> None:
        """Forgets all portals."""
        self._known.clear()

    def _sampled(self, page: RawPage, portal: _Portal) -> Article | NotAnArticle:
        found = self._whole(page)
        if portal.rounds >= ROUNDS or isinstance(found, NotAnArticle):
            return found
        if portal.waited < WAIT:
            portal.waited += 1
            return found
        portal.samples.append(page.body)
        if len(portal.samples) >= SAMPLES:
            self._again(portal, portal.samples)
            portal.samples = portal.samples if portal.pieces.found else []
        return found

    def _both(self, page: RawPage, portal: _Portal) -> Article | NotAnArticle:
        found, other = self._whole(page), self._cut(page, portal.pieces)
        if isinstance(found, NotAnArticle) and isinstance(other, Refused):
            return found
        if isinstance(other, Refused):
            self._learn_from(page, portal, other)
        elif same(found, other):
            portal.checked += 1
        else:
            logger.warning(_TOLD, page.portal, page.url)
            portal.pieces, portal.rounds, portal.samples = Pieces(), ROUNDS, []
        return found

    def _learn_from(self, page: RawPage, portal: _Portal, why: Refused) -> None:
        """Learns again where pieces did not stand on a page, or stood in the article; gives up where nothing
        is gained.
        """
        portal.refused += 1
        if portal.refused > (MOST_REFUSED if portal.checked else CHECKS):
            portal.pieces, portal.rounds, portal.samples = Pieces(), ROUNDS, []
            return
        if why.inside:  # twice: an odd page's place may be the page
            twice, portal.inside = portal.inside & why.inside, why.inside
            if twice and portal.checked < CHECKS:
                portal.pieces, portal.checked = portal.pieces.without(twice), 0
                portal.inside = frozenset()
        elif why.missing and portal.rounds < ROUNDS:
            self._again(portal, [*portal.samples[1 - SAMPLES :], page.body])

    def _again(self, portal: _Portal, samples: list[bytes]) -> None:
        """Takes the pieces of `samples`, unless much less is left: then the last page is an odd one."""
        pieces, portal.rounds = learn(samples), portal.rounds + 1
        if not pieces.found or pieces.size < LEFT * portal.pieces.size:
            return
        portal.pieces, portal.samples, portal.checked, portal.inside = pieces, samples, 0, frozenset()


def same(one: Article | NotAnArticle, other: Article) -> bool:
    """Returns whether two readings of a page agree in every field and in what dates it."""
    if isinstance(one, NotAnArticle):
        return False
    names = [each.name for each in fields(Article) if each.name not in _OWN]
    return (
        all(getattr(one, name) == getattr(other, name) for name in names)
        and one.explain() == other.explain()
        and _dating(one) == _dating(other)
    )


def _dating(article: Article) -> tuple[object, ...]:
    tree, title, url = article.tree, article.title, article.page.url
    marked = (markup.moments(tree, title, url), markup.printed(tree, title, url))
    return evidence.json_ld(tree, title, url), markup.metas(tree), marked


def _places(hints: Hints) -> tuple[object, ...]:
    """What `hints` say of where to look, on all pages of the portal."""
    selectors = (hints.article, hints.title, hints.lead, hints.body, hints.author, hints.date)
    return *selectors, hints.category, hints.prune, hints.template
