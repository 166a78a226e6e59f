"""The census: every district is a row, with its gap in one word; on SQLite and PostgreSQL."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from crawler.cli import main
from crawler.registry.load import Registry, load
from crawler.report.census import COLUMNS, CensusRow, Gap, gather, write
from storage.database import Database
from storage.runs import runs, states
from storage.runs.states import CheckRecord
from storage.schema import Holding
from storage.vocabulary import Verdict
from tests.storage.making import PORTAL, article, keep

NOW = datetime(2026, 11, 27, 3, tzinfo=UTC)
FILES = {
    "nghe-an": [
        ("do-luong", "Đô Lương", "427", PORTAL, "live"),
        ("yen-thanh", "Yên Thành", "426", "https://yenthanh.nghean.gov.vn", "unseen"),
        ("dien-chau", "Diễn Châu", "425", "https://dienchau.nghean.gov.vn", "live"),
        ("anh-son", "Anh Sơn", "424", "https://anhson.nghean.gov.vn", "gone"),
    ],
    "vi-du": [("huyen-thu", "Huyện Thử", "999", "http://127.0.0.1:9", "live")],
}


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    folder = tmp_path / "registry"
    folder.mkdir()
    for province, entries in FILES.items():
        lines = []
        for table, name, code, url, status in entries:
            lines += [f"[{table}]", f'name = "{name}"', 'kind = "huyện"', f'code = "{code}"']
            lines += [f"[[{table}.portals]]", f'url = "{url}"', 'family = "vnpt"', f'status = "{status}"']
        (folder / f"{province}.toml").write_text("\n".join(lines), encoding="utf-8")
    return load(folder).strict()


def rows(db: Database | None, registry: Registry, province: str | None = None) -> dict[str, CensusRow]:
    return {row.district_id: row for row in gather(db, registry, [province] if province else ())}


def look(district: str, portal: str, state: str) -> CheckRecord:
    return CheckRecord(district, portal, NOW, state, "certain", "seen")


def test_every_district_of_the_country_is_a_row_and_a_rehearsal_s_too(registry: Registry) -> None:
    found = gather(None, registry)
    assert len(found) == 697
    assert len({row.code for row in found}) == 697
    counted = {gap: sum(row.gap == gap for row in found) for gap in Gap}
    assert counted == {"no_portal": 692, "unseen": 1, "lost": 1, "empty": 3, "troubled": 0, "held": 0}
    order = [list(Gap).index(Gap(row.gap)) for row in found]
    assert order == sorted(order)


def test_what_is_held_checked_and_known_elsewhere(db: Database, registry: Registry) -> None:
    day: dict[str, Any] = {"published_precision": "day", "published_source": "visible"}
    dates = {"mot": "2022-03-01", "hai": "2024-05-06"}
    keep(db, [article("ba"), *(article(key, published_at=at, **day) for key, at in dates.items())])
    run = runs.start(db, "nghe-an.do-luong", PORTAL)
    runs.finish(db, run, Verdict.OK, {})
    states.keep(db, [look("nghe-an.do-luong", PORTAL, "lives")])
    captures = [
        ("https://a.vn/1", "20190102030405"),
        ("https://a.vn/2", "20230607080910"),
        ("https://a.vn/1", "20200101000000"),
    ]
    said = {"source": "wayback", "district_id": "nghe-an.do-luong", "portal": PORTAL, "mime": "text/html"}
    rest = {
        "status": 200,
        "digest": "x",
        "length": 1,
        "ref": "",
        "state": "waiting",
        "reason": "",
        "tries": 0,
    }
    listed = [
        {**said, **rest, "tries": 0, "key": str(n), "url": url, "url_id": url[-1], "stamp": stamp}
        for n, (url, stamp) in enumerate(captures)
    ]
    db.transaction(lambda c: c.execute(insert(Holding), listed))
    row = rows(db, registry)["nghe-an.do-luong"]
    assert (row.gap, row.articles, row.earliest, row.latest) == ("held", 3, "2022-03-01", "2024-05-06")
    assert (row.statuses, row.states, row.verdicts) == ("live", "lives", "ok")
    assert row.checked_at == "2026-11-27T10:00:00+07:00"
    assert (row.elsewhere, row.elsewhere_earliest, row.elsewhere_latest) == (2, "2019-01-02", "2023-06-07")
    assert row.elsewhere_sources == "wayback"


@pytest.mark.parametrize(
    ("verdict", "state", "gap"),
    [
        ("ok", "lives", "held"),
        ("broken", "lives", "troubled"),
        ("ok", "hijacked", "troubled"),
        ("ok", "", "held"),
    ],
)
def test_articles_are_held_or_need_attention(
    db: Database, registry: Registry, verdict: str, state: str, gap: str
) -> None:
    keep(db, [article("mot")])
    runs.finish(db, runs.start(db, "nghe-an.do-luong", PORTAL), Verdict(verdict), {})
    if state:
        states.keep(db, [look("nghe-an.do-luong", PORTAL, state)])
    assert rows(db, registry)["nghe-an.do-luong"].gap == gap


@pytest.mark.parametrize(("state", "gap"), [("lives", "empty"), ("frozen", "empty"), ("no_name", "lost")])
def test_a_look_decides_what_an_unseen_portal_is(
    db: Database, registry: Registry, state: str, gap: str
) -> None:
    assert rows(db, registry)["nghe-an.yen-thanh"].gap == "unseen"
    states.keep(db, [look("nghe-an.yen-thanh", "https://yenthanh.nghean.gov.vn", state)])
    assert rows(db, registry)["nghe-an.yen-thanh"].gap == gap


def test_a_province_of_today_has_the_districts_of_several(registry: Registry) -> None:
    found = {id_.partition(".")[0] for id_ in rows(None, registry, "ninh-binh@2025")}
    assert found == {"ha-nam", "nam-dinh", "ninh-binh"}
    assert {id_.partition(".")[0] for id_ in rows(None, registry, "Nghệ An@2025")} == {"nghe-an"}


def test_a_province_alone(registry: Registry) -> None:
    assert len(rows(None, registry, "nghe-an")) == len(rows(None, registry, "Nghệ An")) == 20
    assert list(rows(None, registry, "vi-du")) == ["vi-du.huyen-thu"]


def test_the_csv_has_the_columns_in_order(registry: Registry) -> None:
    stream = io.StringIO()
    write(gather(None, registry), stream)
    stream.seek(0)
    table = list(csv.reader(stream))
    assert table[0] == list(COLUMNS) == [one.name for one in fields(CensusRow)]
    assert len(table) == 698


def test_the_command_works_without_an_archive(
    tmp_path: Path, registry: Registry, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HUYEN_REGISTRY", str(tmp_path / "registry"))
    assert main(["districts", "--census", "--province", "nghe-an"]) == 0
    assert len(capfd.readouterr().out.splitlines()) == 21
    assert main(["districts", "--census", "-o", "census.csv"]) == 0
    assert len((tmp_path / "census.csv").read_text(encoding="utf-8").splitlines()) == 698
    assert main(["districts", "--census", "--json"]) == 0
    assert len(json.loads(capfd.readouterr().out)) == 697
    assert not (tmp_path / "data").exists()
    for wrong in (["-o", "x.csv"], ["do-luong", "--census"], ["--census", "--province", "nowhere"],
                  ["--census", "-o", "no/such/x.csv"]):  # fmt: skip
        assert main(["districts", *wrong]) == 2
