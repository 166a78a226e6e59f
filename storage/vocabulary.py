"""The words that every room shares: how a URL ended, how a run ended, and Vietnam's wall time.

Each word stands here once. docs/codebook.md explains Outcome and Verdict to readers of the archive.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")  # UTC+7 all year since 1975 (tz database)


class Outcome(StrEnum):
    """How one URL of a run ended. Every URL ends in exactly one; a reason refines it."""

    NEW = "new"  # an article kept for the first time
    CHANGED = "changed"  # a known article whose text is another: a new version
    UNCHANGED = "unchanged"  # a known article, the same text (also 304)
    DUPLICATE = "duplicate"  # kept for the first time, and linked to an earlier article with the same story
    LISTING = "listing"  # home page, section, feed, sitemap: read for its links
    FILE = "file"  # a document or picture, by its bytes
    PART = "part"  # one page of an article in several: read with the first, or held back without the others
    NOT_AN_ARTICLE = "not_an_article"  # reasons: section_front, soft_404, login, script_wall …
    REDIRECTED = "redirected"  # leads to another URL, which has an outcome of its own
    GONE = "gone"  # 404, 410
    SUSPECT = "suspect"  # shows a text that has nothing in common with the known article: held back
    BLOCKED = "blocked"  # not requested: reasons robots, off_site, private_address, trap, budget …
    FAILED = "failed"  # reasons: http_5xx, timeout, dns, connection, tls, too_large, archive …


KEPT = (Outcome.NEW, Outcome.CHANGED, Outcome.UNCHANGED, Outcome.DUPLICATE)  # of pages that are articles
READ = (Outcome.NEW, Outcome.CHANGED, Outcome.DUPLICATE)  # of pages that brought a text not held before
FIRST = (Outcome.NEW, Outcome.DUPLICATE)  # of articles kept for the first time

PARTIAL = "partial"  # the flag of an article whose further pages were not all read
SOFT_404 = (
    "soft_404"  # the reason of a page of status 200 which says that it is not there: its article is gone
)

CUT_SHORT = "cut_short"  # the flag of a page whose end is missing


class Verdict(StrEnum):
    """How one run of one portal ended, in one word (crawler.verdict). A run without one has not ended."""

    OK = "ok"  # new articles were read, and no rule objects
    QUIET = "quiet"  # answered, and had nothing new
    FROZEN = "frozen"  # it says itself, or the registry does, that nothing will be added any more
    MOVED = "moved"  # it says, or redirects, that it stands elsewhere now
    DEGRADED = "degraded"  # articles were read, and something is worse than usual
    BROKEN = "broken"  # answered, and could not be read
    UNREACHABLE = "unreachable"  # did not answer
    DIED = "died"  # the crawl's process ended before it gave a verdict


class RunKind(StrEnum):
    """What a run was. Health, trends and the last run of a portal are those of its crawls."""

    CRAWL = "crawl"  # the portal itself was asked
    RESCUE = "rescue"  # other archives were asked for their captures of it


class Rescued(StrEnum):
    """How one rescue of one portal ended, in one word (docs/archivists.md)."""

    OK = "ok"  # what was wanted came
    LISTED = "listed"  # only the lists were read
    NOTHING_ARCHIVED = "nothing_archived"  # no archive has anything of the portal
    PARTIAL = "partial"  # some captures could not be had or read
    EXCLUDED = "excluded"  # the archive does not show the site
    BANNED = "banned"  # the archive said 429, too often or before it refused the connection
    REFUSED = "refused"  # the archive refuses connections, and never said 429
    UNREACHABLE = "unreachable"  # the archive does not answer, or not as one
    STOPPED = "stopped"  # a signal ended it


class State(StrEnum):
    """What a portal was found to be when `huyen districts check` looked at it. A closed list."""

    LIVES = "lives"  # it is the district's, and nothing says that it stands still
    FROZEN = "frozen"  # it is the district's, and nothing was added for long, or it says so
    MOVED = "moved"  # it is the district's, at another address now
    ANOTHER_OFFICE = "another_office"  # a commune, a province, a department … answers there now
    HIJACKED = "hijacked"  # gamblers, or others who took it over
    PARKED = "parked"  # the name is for sale, or its hosting has ended
    MAINTENANCE = "maintenance"  # it says that it will be back
    DEFAULT_PAGE = "default_page"  # a server without a site
    CERTIFICATE = "certificate"  # its certificate is refused
    REFUSED = "refused"  # it answers, but not us: a firewall, a log-in, robots.txt
    ERROR = "error"  # it answers with an error only
    NO_NAME = "no_name"  # its name has no address
    NO_ANSWER = "no_answer"  # nothing answers from here
    UNCLEAR = "unclear"  # it answers, and nothing on its page tells what it is


HEALTHY = frozenset({Verdict.OK, Verdict.QUIET, Verdict.FROZEN})  # the run needs nobody's attention
SOUND = HEALTHY  # the run tells what is usual of its portal
WALKED = SOUND | {Verdict.DEGRADED}  # the run can have walked every listing to its end

# Counts of a run that say how far it came; left out where they are 0.
COMPLETE = "complete"  # 1 where it walked every listing to its end
UNFINISHED = "unfinished"  # 1 where it left something unread: limited, stopped, out of budget, failing
UNWALKED = "unwalked"  # sections that were found and not read


def local(moment: datetime) -> datetime:
    """Returns an aware `moment` as Vietnamese wall time."""
    return moment.astimezone(VIETNAM)


def iso(moment: datetime) -> str:
    """Returns an aware `moment` as ISO 8601 in Vietnamese wall time, to the second, with its offset."""
    return local(moment).isoformat(timespec="seconds")
