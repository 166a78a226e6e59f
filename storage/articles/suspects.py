"""What looks gone or rewritten is held back until it is seen again: one night proves nothing.

A look that does not show an article is noted (`note_misses`). A page whose text has nothing in common with
the article that stood at its address is held as a suspect (`suspicious`, `hold`), and believed when a later
look shows it again (`confirmed`): then another article stands there now, and the old one keeps its row. When
a run ends, `settle` tells an outage, the same page or the same end at several known addresses, from news.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, or_, select, update

from storage.articles.versions import second
from storage.database import Database
from storage.duplicates.similarity import SHORT, jaccard, shingles
from storage.language.codes import word
from storage.language.messages import joined, message
from storage.records import (
    CUT,
    DELETED,
    GONE,
    ID_DIGITS,
    LIVE,
    MISSING,
    TEXT,
    ArticleRecord,
    Miss,
    article_id,
)
from storage.schema import (
    Article,
    ArticleFile,
    Capture,
    Design,
    DocumentNamed,
    Holder,
    Mention,
    Suspect,
    Version,
)
from storage.statements import chunks
from storage.text import searchable, sounds_like_maintenance
from storage.vocabulary import CUT_SHORT, Outcome

FOREIGN = (TEXT, CUT)  # kinds of looks that showed a text
NIGHT = timedelta(hours=20)  # a nightly run that starts a little early still counts as the next night
SAME = 0.5  # Jaccard of shingles from which two odd pages are one: a support code differs, a date
ALIEN = 0.05  # Jaccard below which two texts have nothing in common; a name of a place may be shared
ALIEN_WORDS = 0.15  # the same of the words, where one text has fewer than SHORT: such share no shingle
TITLES = 0.5  # Jaccard of the words of two titles; a headline that was edited keeps half of them
PAGES = 2  # known addresses that show the same new text: no two articles ever do
MISSES = 3  # known addresses that end the same way, and make at least half of those looked at
GROUPS = 50  # different texts that are compared: an outage shows its page among the first
LETTERS = 20_000  # of a suspect's text that are kept to compare; a notice has a tenth


def text_of(lead: str | None, body: str | Iterable[str]) -> str:
    """Returns the folded words of a text, to be compared; a title may come from the listing, not the page."""
    paragraphs = [body] if isinstance(body, str) else body
    return searchable([lead, *paragraphs])[:LETTERS]


def suspicious(connection: Connection, article: ArticleRecord, holder: str, number: int) -> bool:
    """Tells whether the text of `article` has nothing in common with version `number` of article `holder`."""
    row = _version(connection, holder, number)
    if row is None:  # of this very batch: one run does not look twice
        return False
    if _cut_short(article, row.flags):
        return True
    before, now = text_of(row.lead, row.body).split(), text_of(article.lead, article.body).split()
    if not before:
        return not same_title(row.title, article.title)
    if min(len(before), len(now)) < SHORT:
        return jaccard(set(before), set(now)) < ALIEN_WORDS
    return jaccard(shingles(before), shingles(now)) < ALIEN


def _cut_short(article: ArticleRecord, flags: Sequence[str]) -> bool:
    """Tells whether a page has lost its end since the version with `flags`; some portals never write one."""
    return CUT_SHORT in article.flags and CUT_SHORT not in flags


def rewritten(connection: Connection, article: ArticleRecord, holder: str, number: int) -> bool:
    """Tells whether `article` is version `number` of article `holder` under a text written anew."""
    row = _version(connection, holder, number)
    return row is not None and same_title(row.title, article.title)


def same_title(one: str, other: str) -> bool:
    """Tells whether two headlines share most of their words."""
    return jaccard(set(searchable([one]).split()), set(searchable([other]).split())) >= TITLES


def _version(connection: Connection, holder: str, number: int) -> Any:
    query = select(Version.title, Version.lead, Version.body, Version.flags)
    query = query.where(Version.article_id == holder, Version.number == number)
    return connection.execute(query).one_or_none()


def hold(connection: Connection, article: ArticleRecord, holder: str) -> None:
    """Notes `article` as what was seen once at the address of article `holder`."""
    ref = article.capture
    row = {
        "article_id": holder,
        "portal": article.portal,
        "run_id": article.run_id,
        "kind": CUT if CUT_SHORT in article.flags else TEXT,
        "seen_at": second(article.fetched_at),
        "reason": next(filter(None, (article.lead, *article.body)), article.title)[:200],
        "text": text_of(article.lead, article.body),
        "warc_file": ref and ref.file,
        "warc_offset": ref and ref.offset,
    }
    connection.execute(insert(Suspect), [row])


def confirmed(connection: Connection, article: ArticleRecord, holder: str) -> datetime | None:
    """Returns when an earlier look first saw the text of `article` at the address of `holder`; else None."""
    here = [
        Suspect.article_id == holder,
        Suspect.kind.in_(FOREIGN),
        Suspect.seen_at < second(article.fetched_at),
    ]
    if article.run_id is not None:
        here.append(or_(Suspect.run_id.is_(None), Suspect.run_id != article.run_id))
    query = select(Suspect.seen_at, Suspect.text).where(*here).order_by(Suspect.seen_at)
    mine = shingles(text_of(article.lead, article.body).split())
    for row in connection.execute(query).all():
        if jaccard(shingles(row.text.split()), mine) >= SAME:
            # What another address showed as well is no article: a replay meets each outage, and knows no run.
            elsewhere = (Suspect.portal == article.portal, Suspect.article_id != holder)
            also = select(Suspect.id).where(*elsewhere, Suspect.text == row.text).limit(1)
            return None if connection.scalar(also) is not None else row.seen_at
    return None


def successor(connection: Connection, article: ArticleRecord, holder: str, since: datetime) -> dict[str, Any]:
    """Returns the row of `holders` that gives the address of `article` to it from `since` on.

    Nothing more is suspected of the article `holder`, which stood there until then.
    """
    clear(connection, [holder])
    key = hashlib.sha256(f"{article.id}\n{since.isoformat()}".encode()).hexdigest()[:ID_DIGITS]
    return {"url_id": article.id, "since": since, "article_id": key}


def holders(connection: Connection, url_ids: Iterable[str]) -> dict[str, list[tuple[datetime, str]]]:
    """Returns, of those addresses whose first article was replaced, who stands there since when, in order.

    At most addresses the first article stands still, and its id is the address's key.
    """
    found: dict[str, list[tuple[datetime, str]]] = {}
    for some in chunks(sorted(set(url_ids))):
        query = select(Holder).where(Holder.url_id.in_(some)).order_by(Holder.since)
        for row in connection.execute(query):
            found.setdefault(row.url_id, []).append((row.since, row.article_id))
    return found


def holder_at(found: Mapping[str, Sequence[tuple[datetime, str]]], url_id: str, at: datetime | None) -> str:
    """Returns the id of the article that stood at an address `at` that time, or (None) stands there now."""
    rows = [key for since, key in found.get(url_id, ()) if at is None or since <= at]
    return rows[-1] if rows else url_id


def note_misses(connection: Connection, misses: Mapping[str, Miss]) -> int:
    """Notes for each URL that a look did not show its live article; returns how many articles that touches.

    Of a run, whether an article is gone is decided when the run ends (`settle`); of a replay at once.
    """
    if not misses:
        return 0
    ids = {url: article_id(url) for url in misses}
    found = holders(connection, ids.values())
    looks = [(holder_at(found, ids[url], second(one.at)), one) for url, one in sorted(misses.items())]
    live = _live(connection, {key for key, _ in looks})
    looks = [(key, one) for key, one in looks if key in live and live[key].last_seen_at <= second(one.at)]
    for key, one in looks:
        since = live[key].unseen_since or second(one.at)
        connection.execute(update(Article).where(Article.id == key).values(unseen_since=since))
        if one.run_id is None:
            _part(connection, key, one.kind, since, second(one.at))
    held = [
        {
            "article_id": key,
            "portal": live[key].portal,
            "run_id": one.run_id,
            "kind": one.kind,
            "seen_at": second(one.at),
            "reason": one.reason,
            "text": "",
        }
        for key, one in looks
        if one.run_id is not None
    ]
    if held:
        connection.execute(insert(Suspect), held)
    return len(looks)


def clear(connection: Connection, keys: Iterable[str]) -> None:
    """Forgets what was suspected of the articles `keys`: they were seen as they were."""
    for some in chunks(sorted(set(keys))):
        connection.execute(delete(Suspect).where(Suspect.article_id.in_(some)))


def settle(
    db: Database, portal: str, run_id: int, *, stood: int = 0, landings: Mapping[str, int] | None = None
) -> str:
    """Decides what the looks of run `run_id` at the known articles of `portal` mean, in one transaction.

    `stood`: how many known articles the run saw. `landings`: addresses to which those of known articles
    redirected, and how many did. Returns an outage in words, for the verdict; it changes nothing, and what
    the run brought because of it is undone. Returns "" where there was none: then an article is gone that its
    portal says was deleted, or that two nights did not find. Raises StorageError.
    """
    return db.transaction(lambda connection: _settled(connection, portal, run_id, stood, landings or {}))


def _settled(
    connection: Connection, portal: str, run_id: int, stood: int, landings: Mapping[str, int]
) -> str:
    mine = (Suspect.portal == portal, Suspect.run_id == run_id)
    rows = connection.execute(select(Suspect).where(*mine).order_by(Suspect.id)).all()
    texts = [row for row in rows if row.kind in FOREIGN]
    misses = [row for row in rows if row.kind not in FOREIGN]
    landed = sorted(url for url, count in landings.items() if count >= PAGES)
    page = _same_page(texts)
    cut = [row for row in texts if row.kind == CUT]
    moved = _moved(connection, texts)
    words = (
        _page_words(page)
        or _end_words(misses, stood)
        or _landing_words(landed, landings)
        or _cut_words(cut)
        or _moved_words(moved)
    )
    if not words:
        live = _live(connection, {row.article_id for row in misses})
        for row in misses:
            if (article := live.get(row.article_id)) and article.unseen_since:
                # A portal that shows no other article is not believed at once.
                kind = MISSING if row.kind == DELETED and not stood else row.kind
                _part(connection, row.article_id, kind, article.unseen_since, row.seen_at)
        # Those of killed runs, too: that their looks failed stays in `unseen_since`.
        connection.execute(delete(Suspect).where(Suspect.portal == portal, Suspect.kind.not_in(FOREIGN)))
        return ""
    for row in rows:
        began = (Article.id == row.article_id, Article.unseen_since == row.seen_at)
        connection.execute(update(Article).where(*began).values(unseen_since=None))
    connection.execute(delete(Suspect).where(*mine))
    shown = [page[0].text] if page else [*moved]
    _undo(connection, portal, run_id, shown, landed, cut=len(cut) >= PAGES)
    return words


def _same_page(texts: Sequence[Any]) -> list[Any]:
    """Returns the largest group of suspects with one text at several addresses; empty where there is none."""
    groups: list[tuple[set[tuple[str, ...]], list[Any]]] = []
    for row in texts:
        mine = shingles(row.text.split())
        group = next((rows for first, rows in groups if first == mine or jaccard(first, mine) >= SAME), None)
        if group is not None:
            group.append(row)
        elif len(groups) < GROUPS:
            groups.append((mine, [row]))
    largest = max((rows for _, rows in groups), key=len, default=[])
    return largest if len({row.article_id for row in largest}) >= PAGES else []


def _page_words(page: Sequence[Any]) -> str:
    if not page:
        return ""
    first = page[0]
    said = message(
        "{count} known articles were answered with the same page, “{title}”",
        count=len(page),
        title=first.reason[:80],
    )
    parts: list[str] = [said]
    parts += [message("(a maintenance page?)")] if sounds_like_maintenance(first.reason) else []
    parts += [f"({first.warc_file}:{first.warc_offset})"] if first.warc_file else []
    return joined(parts, " ")


def _end_words(misses: Sequence[Any], stood: int) -> str:
    """The words for most known articles ending the same way, of those that a run looked at."""
    if len(misses) < MISSES or len(misses) < stood:
        return ""
    reason, count = Counter(row.reason for row in misses).most_common(1)[0]
    return message(
        "{misses} of {total} known articles did not answer as before: {most}",
        misses=len(misses),
        total=len(misses) + stood,
        most=message("{count} × {what}", count=count, what=word("reason", reason)),
    )


def _landing_words(landed: Sequence[str], landings: Mapping[str, int]) -> str:
    if not landed:
        return ""
    return message("{count} known articles redirect to {url}", count=landings[landed[0]], url=landed[0])


def _cut_words(cut: Sequence[Any]) -> str:
    count = len({row.article_id for row in cut})
    if count < PAGES:
        return ""
    return message("{count} known articles came without the end of their page", count=count)


def _moved(connection: Connection, texts: Sequence[Any]) -> dict[str, str]:
    """Returns the texts of known articles that stood at the addresses of others, and whose they are."""
    ids = {row.article_id for row in texts}
    this = (Version.article_id == Article.id) & (Version.number == Article.version)
    own: dict[str, str] = {}
    for some in chunks(sorted(ids)):
        query = select(Article.id, Version.lead, Version.body).join(Version, this).where(Article.id.in_(some))
        own |= {_words(text_of(row.lead, row.body)): row.id for row in connection.execute(query)}
    told = [(_words(row.text), row.article_id) for row in texts if row.text]
    shown = {text for text, key in told if own.get(text, key) != key}
    return own if len(shown) >= PAGES else {}


def _words(text: str) -> str:
    """Returns `text` however its lines are broken."""
    return " ".join(text.split())


def _moved_words(moved: Mapping[str, str]) -> str:
    return message("known articles were answered with the texts of others") if moved else ""


def _part(connection: Connection, key: str, kind: str, since: datetime, at: datetime) -> None:
    """Marks an article as gone where it was deleted in words, or was not found on two nights."""
    if kind == DELETED or (kind == MISSING and at - since >= NIGHT):
        gone = update(Article).where(Article.id == key, Article.status == LIVE)
        connection.execute(gone.values(status=GONE, gone_at=since))


def take_back(connection: Connection, row: Any, outcome: Outcome) -> None:
    """Removes the article whose only version is `row`, with all that hangs on it; its capture ends as
    `outcome`.
    """
    place = (Capture.warc_file == row.warc_file, Capture.warc_offset == row.warc_offset)
    connection.execute(update(Capture).where(*place).values(outcome=outcome))
    copies = update(Article).where(Article.duplicate_of == row.article_id)
    connection.execute(copies.values(duplicate_of=None, duplicate_kind=None))
    for table in (Version, Design, Holder, ArticleFile, Mention, DocumentNamed):
        connection.execute(delete(table).where(table.article_id == row.article_id))
    connection.execute(delete(Article).where(Article.id == row.article_id))


def _undo(
    connection: Connection,
    portal: str,
    run_id: int,
    texts: Sequence[str],
    landed: Sequence[str],
    *,
    cut: bool,
) -> None:
    """Takes back the articles that run `run_id` found first and that are what the outage showed: one of
    `texts`, a page where others landed, or (`cut`) a page without its end.
    """
    query = select(Version).join(Article, Article.id == Version.article_id).where(
        Article.portal == portal, Version.run_id == run_id, Version.number == 1, Article.version == 1
    )  # fmt: skip
    pages = {article_id(url) for url in landed}
    shown = [shingles(text.split()) for text in texts]
    for row in connection.execute(query).all():
        mine = shingles(text_of(row.lead, row.body).split())
        odd = row.article_id in pages or (cut and CUT_SHORT in row.flags)
        if odd or any(jaccard(one, mine) >= SAME for one in shown):
            take_back(connection, row, Outcome.SUSPECT)


def _live(connection: Connection, keys: Iterable[str]) -> dict[str, Any]:
    columns = select(Article.id, Article.portal, Article.last_seen_at, Article.unseen_since)
    return {
        row.id: row
        for some in chunks(sorted(set(keys)))
        for row in connection.execute(columns.where(Article.id.in_(some), Article.status == LIVE))
    }
