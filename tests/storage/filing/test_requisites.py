"""What a portal's pages draw with: noted once, due once a month, a month's share at most."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update

from storage.database import Database
from storage.filing import queries, requisites
from storage.filing.addresses import file_id
from storage.filing.keep import keep_look
from storage.filing.records import FileLook
from storage.filing.words import Kind, Status
from storage.schema import File
from tests.storage import making

NOW = datetime(2026, 3, 1, 1, 0, tzinfo=UTC)
PORTAL = "https://thixa.vn"


def _note(db: Database, urls: list[str], now: datetime = NOW) -> int:
    return requisites.note(db, PORTAL, "tinh.thi-xa", urls, (NOW, now))


def _due(db: Database, now: datetime) -> list[str]:
    found = queries.due(db, "thixa.vn", PORTAL, [Kind.REQUISITE], now, 1000)
    return sorted(one.url.rpartition("/")[2] for one in found)


def _gone(db: Database, url: str, at: datetime) -> None:
    look = FileLook(file_id(url), at, Status.GONE, "http_404")
    db.transaction(lambda connection: keep_look(connection, look))


def test_what_was_looked_at_is_due_again_after_a_month_if_a_page_still_names_it(db: Database) -> None:
    url, other = f"{PORTAL}/a.css", f"{PORTAL}/b.css"
    assert (_note(db, [url, other]), _note(db, [url, other])) == (2, 0)
    assert _due(db, NOW) == ["a.css", "b.css"]
    for one in (url, other):
        _gone(db, one, NOW)
    assert _due(db, NOW + timedelta(days=90)) == []  # nobody has said that a page names them
    assert _note(db, [url], NOW + timedelta(days=20)) == 0
    later = NOW + timedelta(days=30)
    assert (_note(db, [url], later), _due(db, later)) == (1, ["a.css"])


def test_a_month_has_room_for_the_most_needed(db: Database) -> None:
    urls = [f"{PORTAL}/{n}.png" for n in range(requisites.MOST + 5)]
    assert _note(db, urls) == requisites.MOST
    assert _note(db, [f"{PORTAL}/moi.css"]) == 0
    assert f"{requisites.MOST - 1}.png" in _due(db, NOW) and f"{requisites.MOST}.png" not in _due(db, NOW)


def test_what_stands_on_a_host_of_others_stays_so(db: Database) -> None:
    _note(db, [f"{PORTAL}/a.css"])
    off = update(File).values(status=Status.OFF_SITE, next_at=None)
    db.transaction(lambda connection: connection.execute(off).rowcount)
    assert _note(db, [f"{PORTAL}/a.css"], NOW + timedelta(days=60)) == 0


def test_a_picture_of_an_article_is_its_picture_first(db: Database) -> None:
    picture, other = f"{making.PORTAL}/anh/le.jpg", f"{making.PORTAL}/anh/le-1200.jpg"
    requisites.note(db, making.PORTAL, "tinh.thi-xa", [picture], (NOW, NOW))
    told = making.article("tin-1", 0, images=({"url": picture, "caption": None, "alt": "Lễ hội"},))
    making.keep(db, [told])
    (page,) = requisites.pages(db, making.PORTAL, None, None)
    requisites.note_pictures(db, making.PORTAL, "tinh.thi-xa", page, {picture: [other]})
    found = db.read(lambda connection: connection.execute(select(File.url, File.kind)).all())
    assert {tuple(row) for row in found} == {(picture, Kind.IMAGE), (other, Kind.IMAGE)}
