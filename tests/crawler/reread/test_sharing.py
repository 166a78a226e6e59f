"""Many processes that keep, on PostgreSQL: the rows of one, whoever is first."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from crawler.registry.load import Registry, load
from crawler.reread import sharing
from crawler.reread.marks import Bookmark
from crawler.reread.replay import Report
from crawler.reread.sharing import _waves, replay_shared
from pipelines.reader import reader_version
from storage.database import Database, open_database
from storage.schema import Base
from storage.warc.captures import Exchange
from storage.warc.writer import PAGES, WarcWriter
from tests.pipelines.repeating import TEMPLATES, cases

NAMES = "an-phu", "binh-ho", "cam-thuy"
ENTRY = """[{name}]
name = "{name}"
kind = "huyện"
code = "{code}"
[[{name}.portals]]
url = "https://{name}.gov.vn"
family = "generic"
"""
COUNT = 16
FILE = b'<a href="https://vanban.tinh.gov.vn/ke-hoach-chung.pdf">K\xe1\xba\xbf ho\xe1\xba\xa1ch chung</a>'
OWN = {"captures": {"id"}, "versions": {"id"}, "catalogue": {"version_id"}}  # counted up as they come


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Registry:
    path = tmp_path_factory.mktemp("registry") / "vi-du.toml"
    entries = (ENTRY.format(name=name, code=800 + number) for number, name in enumerate(NAMES))
    path.write_text("".join(entries), encoding="utf-8")
    return load(path).strict()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two nights of three portals, half of whose articles the next one copies; all name one file."""
    folder, pages = tmp_path_factory.mktemp("shared") / "warc", cases(TEMPLATES[1], 2 * COUNT)
    for night in range(2):
        for place, name in enumerate(NAMES):
            with WarcWriter(folder, f"vi-du.{name}", {"description": PAGES}) as writer:
                for number in range(night * COUNT // 2, (night + 1) * COUNT // 2):
                    case, site = pages[place * COUNT // 2 + number], f"https://{name}.gov.vn"
                    url = f"{site}/tin-so-{number}.html"
                    at = datetime(2026, 1, 1 + night, 9, tzinfo=UTC) + timedelta(minutes=number)
                    body = case.body.replace(b"</p>", FILE + b"</p>", 1)
                    if number % 2:  # then a copy is a near one
                        body = body.replace("huyện".encode(), f"huyện {name[:2]}".encode(), 3)
                    note = {"asked": url, "page": url, "district": f"vi-du.{name}", "portal": site}
                    writer.write(Exchange(url, 200, [(b"Content-Type", b"text/html")], body, at), page=note)
    return folder


def files(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


def rows(db: Database) -> dict[str, list[str]]:
    found = {}
    with db.reading() as connection:
        for table in Base.metadata.sorted_tables:
            names = [c for c in table.columns if c.name not in OWN.get(table.name, ())]
            found[table.name] = sorted(map(repr, connection.execute(select(*names))))
    return found


def kept(db: Database, registry: Registry, folder: Path, keepers: int) -> Report:
    bookmark = Bookmark.load(db, reader_version())
    return replay_shared(
        files(folder), folder, registry, db, keepers=keepers, jobs=keepers, bookmark=bookmark
    )


@pytest.fixture(scope="module")
def alone(
    tmp_path_factory: pytest.TempPathFactory, registry: Registry, folder: Path
) -> tuple[Report, dict[str, list[str]]]:
    """What one keeper reports, and its rows, on SQLite."""
    with closing(open_database(f"sqlite:///{tmp_path_factory.mktemp('alone') / 'one.db'}")) as db:
        return kept(db, registry, folder, 1), rows(db)


def test_two_keepers_leave_the_rows_of_one_even_where_they_are_killed(
    postgres_url: str,
    registry: Registry,
    folder: Path,
    alone: tuple[Report, dict[str, list[str]]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def killed(db: Database) -> None:
        raise KeyboardInterrupt

    with closing(open_database(postgres_url)) as db:
        monkeypatch.setattr(sharing.pending, "settle_all", killed)
        with pytest.raises(KeyboardInterrupt):
            kept(db, registry, folder, 2)
        monkeypatch.undo()
        before = rows(db)
        assert before["unlinked"] and before["replayed"] and not before["links"]
        told = kept(db, registry, folder, 2)  # all is kept: it links
        found = rows(db)
    for name, held in found.items():
        assert held == alone[1][name], name
    assert (told.captures, told.faults, told.fresh) == (0, [], [])
    assert alone[0].captures == len(found["captures"]) == 3 * COUNT
    for name in ("versions", "furniture", "bands", "links", "files", "catalogue"):
        assert found[name], name


def test_a_district_has_one_keeper_and_what_is_of_others_stands_between(tmp_path: Path, folder: Path) -> None:
    own = files(folder)
    (shares,) = _waves(own, folder, 8)
    assert sorted(map(len, shares)) == [2, 2, 2]
    assert all(len({path.name.partition("-2")[0] for path in share}) == 1 for share in shares)
    assert sorted(path for share in shares for path in share) == own
    (alone,) = _waves(own, folder, 1)
    assert alone == [tuple(own)]
    foreign = tmp_path / "cu.warc"
    foreign.write_bytes(own[0].read_bytes())
    waves = list(_waves([*own[:3], foreign, *own[3:]], folder, 2))
    assert [len(shares) for shares in waves] == [2, 1, 2]
    assert waves[1] == [(foreign,)]
