"""`huyen diff`: what changed between the versions of an article, and where the proof of it stands."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Annotated, Any

import typer

from crawler.errors import Refused
from crawler.terminal.console import asked, opened, say
from crawler.terminal.naming import CANDIDATES, key_of, only
from crawler.terminal.options import MOST, AsJson
from storage.language.messages import gettext as _
from storage.language.messages import message, ngettext

if TYPE_CHECKING:
    from storage.serve.timeline import Named, Stamp

    Pair = tuple[Stamp, Stamp]

_WHY = {
    "edited": message("edited on the portal"),
    "reread": message("the same page, read by another reader"),
    "edited_or_reread": message("another page and another reader; either may have made the difference"),
}


def diff(
    article: Annotated[
        str, typer.Argument(metavar="ID", help="Id of the article, its first 8 digits or more, or its URL.")
    ],
    first: Annotated[
        int | None,
        typer.Option(
            "--from", min=1, max=MOST, metavar="N", help="First version (default: the one before --to)."
        ),
    ] = None,
    last: Annotated[
        int | None,
        typer.Option("--to", min=1, max=MOST, metavar="N", help="Second version (default: the current one)."),
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Show what changed between the versions of an article.

    By default each version is compared with the one before it.
    """
    from crawler.config import load
    from crawler.terminal.jsonstream import print_array
    from crawler.terminal.tables import clock
    from storage.serve.files import changes
    from storage.serve.timeline import FIELDS, named, text, timeline

    key = key_of(article)
    with closing(opened(load())) as database, asked(), database.reading() as connection:
        found = only(article, named(connection, key, CANDIDATES + 1))
        versions = timeline(connection, found.id)
        pairs = chosen(versions, first, last)
        texts = ([text(connection, found.id, one.number) for one in pair] for pair in pairs)
        compared = zip(pairs, texts, strict=True)
        if as_json:
            print_array(_told(found, pair, old, new, FIELDS) for pair, (old, new) in compared)
            return 0
        many = ngettext("{n} version; there is nothing to compare it with", "{n} versions", len(versions))
        say(f"{found.url}\n{found.id}: {many}")
        for pair, (old, new) in compared:
            _show(pair, {name: (old[name], new[name]) for name in FIELDS if old[name] != new[name]})
        for change in changes(connection, found.id):
            day, digests = clock(change.at), f"sha256 {change.before[:12]}… → {change.after[:12]}…"
            told = _("file {name} changed on {day} ({digests})", name=change.name, day=day, digests=digests)
            say("", f"{told}: huyen files {change.file_id}")
    return 0


def chosen(versions: Sequence[Stamp], first: int | None, last: int | None) -> list[Pair]:
    """Returns the pairs of versions to compare, each as (before, now); none where there is a single version.

    Without numbers every version with the one before it; `first` alone goes to the current version, `last`
    alone begins at the version before it. Raises Refused for a number that is none.
    """
    from storage.serve.timeline import steps

    pairs = steps(versions)
    if first is None and last is None:
        return pairs
    held = {one.number: one for one in versions}
    for number in (first, last):
        if number is not None and number not in held:
            raise Refused(
                message(
                    "no version {number}; the versions are {held}",
                    number=number,
                    held=", ".join(map(str, sorted(held))),
                )
            )
    if not pairs:
        return []
    now = held[last] if last else versions[-1]
    before = held[first] if first else next((old for old, new in pairs if new is now), None)
    if before is None:
        raise Refused(
            message("version {number} is the earliest; give another one with --from", number=now.number)
        )
    if before is now:
        raise Refused(
            message(
                "version {number} cannot be compared with itself; give another one with --to",
                number=now.number,
            )
        )
    return [(before, now)]


def _told(
    found: Named, pair: Pair, old: Mapping[str, Any], new: Mapping[str, Any], fields: Iterable[str]
) -> dict[str, Any]:
    """Returns one comparison for JSON."""
    from crawler.terminal.diff import changed
    from storage.serve.timeline import made

    both = dict(zip(("from", "to"), pair, strict=True))
    places = ("warc_file", "warc_offset", "warc_length", "warc_digest")
    return {
        "id": found.id,
        "url": found.url,
        **{side: one.number for side, one in both.items()},
        "fetched_at": {side: one.fetched_at for side, one in both.items()},
        "reader_version": {side: one.reader_version for side, one in both.items()},
        "why": made(*pair),
        "changes": changed(old, new, fields),
        "evidence": {side: {name: getattr(one, name) for name in places} for side, one in both.items()},
    }


def _show(pair: Pair, changes: Mapping[str, tuple[Any, Any]]) -> None:
    """Prints one comparison for a person: which versions, what made the difference, the proof, the fields."""
    from crawler.terminal.difflines import shown
    from storage.serve.timeline import made

    before, now = pair
    why = _WHY[made(before, now)]
    print("\n" + _("version {before} → {now}: {why}", before=before.number, now=now.number, why=why))
    for one in pair:
        say(*_proof(one, before.reader_version != now.reader_version))
    sys.stdout.flush()
    if changes:
        shown(changes, sys.stdout)
    else:
        print("  " + _("no field differs"))


def _proof(one: Stamp, with_reader: bool) -> list[str]:
    """Returns when a version was fetched and where its bytes are, in lines that fit a terminal."""
    from crawler.terminal.tables import clock

    said = _("{number}: fetched {at}", number=one.number, at=clock(one.fetched_at))
    if with_reader:
        reader = one.reader_version or message("an unknown reader")
        said = _("{fetched}, read by {reader}", fetched=said, reader=reader)
    lines = [f"  {said}"]
    if one.warc_file is not None:
        place = _("{file}, offset {offset}", file=one.warc_file, offset=one.warc_offset)
        lines += [f"     {place}", f"     {one.warc_digest}"]
    return lines
