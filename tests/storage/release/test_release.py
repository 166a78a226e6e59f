"""A release: what is in it, that it proves itself, and that it is whole or not there."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
import sqlalchemy

from storage.articles.queries import sync_registry
from storage.database import Database, open_database
from storage.errors import StorageError
from storage.export.columns import DEFAULT, REST
from storage.export.export import export
from storage.places.tables import COMMUNES, UPPER, places
from storage.release import parquet
from storage.release.about import About
from storage.release.release import Options, release
from storage.release.words import tables
from tests.storage.making import DISTRICTS, PORTAL, article, keep
from tests.storage.release.world import ABOUT, DATES, DAY, fill, made, table

NAME = "huyen-2026.11.28"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """The archive of world.fill; nobody changes it."""
    url = f"sqlite:///{tmp_path_factory.mktemp('archive') / 'archive.db'}"
    with closing(open_database(url)) as db:
        fill(db)
        yield db


@pytest.fixture(scope="module")
def folder(archive: Database, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of it; nobody changes it."""
    return made(archive, tmp_path_factory.mktemp("releases")).folder


def package(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    return found


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_every_file_is_there_and_proven(folder: Path) -> None:
    assert folder.name == NAME
    sums = dict(reversed(line.split("  ")) for line in (folder / "SHA256SUMS").read_text().splitlines())
    files = bytes_of(folder)
    del files["SHA256SUMS"]
    assert sums == {path: hashlib.sha256(data).hexdigest() for path, data in files.items()}
    named = {one["path"]: one for one in package(folder)["resources"]}
    assert {path for path in files if path.startswith("data/")} == named.keys()
    assert {path for path in files if "/" not in path} == {
        "README.md", "CODEBOOK.md", "DATASHEET.md", "CHANGES.md", "CITATION.cff", "LICENSE",
        "datapackage.json", "croissant.json", "ro-crate-metadata.json",
    }  # fmt: skip
    for path, one in named.items():
        assert (one["bytes"], one["hash"]) == (len(files[path]), f"sha256:{sums[path]}")


def test_tables_have_the_columns_and_rows_that_the_package_names(folder: Path) -> None:
    for one in package(folder)["resources"]:
        if one["format"] != "csv":
            continue
        with (folder / one["path"]).open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        assert header == [column["name"] for column in one["schema"]["fields"]]
        assert len(rows) == one["rows"]
        assert {len(row) for row in rows} <= {len(header)}
        key = [header.index(name) for name in one["schema"].get("primaryKey", ())]
        assert not key or len({tuple(row[n] for n in key) for row in rows}) == len(rows), one["path"]


def test_articles_are_those_of_an_export_and_say_what_their_dates_can_mean(
    archive: Database, folder: Path, tmp_path: Path
) -> None:
    export(archive, tmp_path / "a.csv")
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        exported = list(csv.DictReader(file))
    rows = table(folder, "articles")
    assert [{name: row[name] for name in exported[0]} for row in rows] == exported
    days = {
        row["url"].rpartition("/")[2]: [row[f"published_{n}"] for n in ("from", "until", "year")]
        for row in rows
    }
    assert {name: days[name] for name in DATES} == {
        "phut": ["2023-10-26", "2023-10-26", "2023"],
        "ngay": ["2024-02-29", "2024-02-29", "2024"],
        "thang": ["2024-02-01", "2024-02-29", "2024"],
        "nam": ["2022-01-01", "2022-12-31", "2022"],
        "khong": ["", "", ""],
    }


def test_versions_say_what_the_articles_say(folder: Path) -> None:
    with gzip.open(folder / "data" / "versions.jsonl.gz", "rt", encoding="utf-8") as file:
        versions = [json.loads(line) for line in file]
    assert len(versions) == 8
    assert list(versions[0]) == tables()["versions"].columns
    assert [(one["id"], one["version"]) for one in versions] == sorted(
        (v["id"], v["version"]) for v in versions
    )
    rows = {row["id"]: row for row in table(folder, "articles")}
    seen = 0
    for one in versions:
        row = rows[one["id"]]
        if str(one["version"]) == row["version"]:
            seen += 1
            for name in ("title", "lead", "body", "author", "published_at", "published_precision"):
                assert (one[name] or "") == row[name]
            for name in ("captions", "images", "attachments"):
                assert one[name] == json.loads(row[name])
            assert one["published_is_event"] is (row["published_is_event"] == "true")
    assert seen == len(rows) == 7


def test_parquet_says_what_the_csv_says_with_types(folder: Path) -> None:
    frame = pd.read_parquet(folder / "data" / "articles.parquet")
    rows = table(folder, "articles")
    assert list(frame.columns) == list(rows[0])
    for name in frame.columns:
        for value, text in zip(frame[name], (row[name] for row in rows), strict=True):
            if name in ("captions", "images"):
                assert [one if isinstance(one, str) else dict(one) for one in value] == json.loads(text)
            elif name == "attachments":
                told = [{key: item for key, item in one.items() if item is not None} for one in value]
                assert told == json.loads(text)
            elif name == "published_is_event":
                assert bool(value) is (text == "true")
            elif name.endswith("_at") and name.startswith(("first", "last")):
                assert value.isoformat() == text
            elif text == "" and name != "body":
                assert pd.isna(value)
            else:
                assert str(value) == text or float(value) == float(text)


def test_the_fingerprint_is_that_of_ids_and_texts(folder: Path) -> None:
    rows = table(folder, "provenance")
    lines = "".join(f"{row['id']},{row['content_hash']}\n" for row in rows)
    assert package(folder)["fingerprint"] == f"sha256:{hashlib.sha256(lines.encode()).hexdigest()}"
    assert [row["id"] for row in rows] == sorted(row["id"] for row in table(folder, "articles"))


def test_tables_beside_the_articles(folder: Path) -> None:
    (run,) = table(folder, "runs")
    assert (run["verdict"], json.loads(run["counts"]), json.loads(run["evidence"])) == (
        "ok", {"new": 7}, ["7 articles are new"],
    )  # fmt: skip
    assert [(row["status"], row["outcome"]) for row in table(folder, "captures")] == [("200", "new")] * 5
    districts = {row["district_id"]: row for row in table(folder, "districts")}
    assert districts["nghe-an.do-luong"]["articles"] == "7"
    assert districts["ninh-binh.gia-vien"]["province_now_code"] == "37"
    assert districts["ninh-binh.gia-vien"]["place_id"] == "district:373"
    assert [(row["portal"], row["family"]) for row in table(folder, "portals")] == [(PORTAL, "vnpt")]
    assert {row["state"] for row in table(folder, "coverage")} >= {"covered"}
    assert [row["articles"] for row in table(folder, "quality")] == ["7"]
    held = sum(1 for part in (UPPER, COMMUNES) for _ in places(part))
    assert len(table(folder, "places")) == held


def test_the_same_state_gives_the_same_bytes_and_a_published_one_is_never_changed(
    archive: Database, folder: Path, tmp_path: Path
) -> None:
    before = bytes_of(folder)
    again = made(archive, tmp_path)
    assert bytes_of(again.folder) == before
    third = made(archive, tmp_path)
    assert (third.folder.name, third.package["version"]) == (f"{NAME}.1", "2026.11.28.1")
    assert bytes_of(again.folder) == before
    inside = bytes_of(third.folder)
    assert {path for path, data in before.items() if inside[path] != data} == {
        "README.md", "CITATION.cff", "CHANGES.md", "datapackage.json", "croissant.json",
        "ro-crate-metadata.json", "SHA256SUMS",
    }  # fmt: skip
    assert sorted(path.name for path in tmp_path.iterdir()) == [NAME, f"{NAME}.1"]


def test_both_databases_give_the_same_release(db: Database, folder: Path, tmp_path: Path) -> None:
    fill(db)
    found, expected = bytes_of(made(db, tmp_path).folder), bytes_of(folder)
    assert [path for path in expected if found.get(path) != expected[path]] == []


def test_a_release_of_an_empty_archive(tmp_path: Path) -> None:
    with closing(open_database(f"sqlite:///{tmp_path / 'archive.db'}")) as empty:
        done = made(empty, tmp_path / "out")
    assert done.rows == 0
    assert "created" not in done.package
    assert len(pd.read_parquet(done.folder / "data" / "articles.parquet")) == 0


def test_every_letter_of_a_version_is_json(tmp_path: Path) -> None:
    letters = "".join(map(chr, range(1, 0x180))) + 'C:\\nhà "họp"\\\n\\"\u2028\ud7ff\ufeff🌾'
    with closing(open_database(f"sqlite:///{tmp_path / 'archive.db'}")) as db:
        keep(db, [article("tin-1", 1), article("tin-2", 2)])
        change = sqlalchemy.text(
            "UPDATE versions SET body = :body WHERE article_id = (SELECT min(id) FROM articles)"
        )
        db.transaction(lambda connection: connection.execute(change, {"body": letters}))
        folder = made(db, tmp_path / "out").folder
    with gzip.open(folder / "data" / "versions.jsonl.gz", "rt", encoding="utf-8", newline="\n") as file:
        rows = [json.loads(line) for line in file]
    assert len(rows) == 2
    assert rows[0]["body"] == letters


def test_texts_are_left_out_everywhere(archive: Database, tmp_path: Path) -> None:
    folder = made(archive, tmp_path, without=("body", "lead", "captions")).folder
    assert not {"body", "lead", "captions"} & table(folder, "articles")[0].keys()
    assert "body" not in pd.read_parquet(folder / "data" / "articles.parquet")
    with gzip.open(folder / "data" / "versions.jsonl.gz", "rt", encoding="utf-8") as file:
        assert not {"body", "lead", "captions"} & json.loads(file.readline()).keys()
    assert "Left out of this release: `body`, `lead`, `captions`." in (folder / "README.md").read_text()
    assert b"dai v" not in b"".join(bytes_of(folder).values())
    with pytest.raises(StorageError, match="cannot be without 'title'; give some of lead, body, captions"):
        made(archive, tmp_path, without=("title",))


def test_a_folder_a_year(archive: Database, tmp_path: Path) -> None:
    folder = made(archive, tmp_path, by_year=True).folder
    years = sorted(path.parent.name.partition("=")[2] for path in folder.rglob("*.parquet"))
    assert years == ["2022", "2023", "2024", parquet.UNDATED]
    frame = pd.read_parquet(folder / "data" / "articles")
    assert sorted(frame["id"]) == sorted(row["id"] for row in table(folder, "articles"))
    assert not (folder / "data" / "articles.parquet").exists()
    names = [one["name"] for one in package(folder)["resources"]]
    assert "articles-2023-parquet" in names
    assert len(set(names)) == len(names)


def test_without_pyarrow_there_is_csv_alone(
    archive: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    folder = made(archive, tmp_path).folder
    assert not list(folder.rglob("*.parquet"))
    assert "There are no Parquet files" in (folder / "README.md").read_text()
    assert "data/articles.csv" in (folder / "README.md").read_text().partition("\n---\n")[0]
    with pytest.raises(StorageError, match="Parquet needs pyarrow"):
        made(archive, tmp_path, by_year=True)


def test_a_release_as_a_bag(archive: Database, tmp_path: Path) -> None:
    folder = made(archive, tmp_path, bagged=True).folder
    files = bytes_of(folder)
    assert files["bagit.txt"] == b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
    payload = {path: data for path, data in files.items() if path.startswith("data/")}
    tags = files.keys() - payload.keys() - {"tagmanifest-sha256.txt", "SHA256SUMS"}
    for manifest, listed in (("manifest-sha256.txt", payload), ("tagmanifest-sha256.txt", tags)):
        lines = [line.split("  ") for line in files[manifest].decode().splitlines()]
        assert {path for _, path in lines} == set(listed)
        assert all(hashlib.sha256(files[path]).hexdigest() == digest for digest, path in lines)
    oxum = f"Payload-Oxum: {sum(map(len, payload.values()))}.{len(payload)}"
    assert oxum in files["bag-info.txt"].decode().splitlines()


def test_a_release_during_a_crawl_is_of_one_moment(db: Database, tmp_path: Path) -> None:
    fill(db)

    def meddle(_: str) -> None:
        keep(db, [article(f"moi-{time.monotonic_ns()}", 20)])

    folder = release(db, tmp_path, ABOUT, DAY, Options(), tell=meddle).folder
    rows = {one["name"]: one["rows"] for one in package(folder)["resources"] if "rows" in one}
    assert (rows["articles"], rows["provenance"], rows["versions"]) == (7, 7, 8)
    assert [row["articles"] for row in table(folder, "quality")] == ["7"]


_VICTIM = """
import sys, time
from pathlib import Path
from storage.database import open_database
from tests.storage.release.world import ABOUT, DAY
from storage.release.release import release

def stop(line):
    if "quality" in line:
        print("half", flush=True)
        time.sleep(60)

release(open_database(sys.argv[1]), Path(sys.argv[2]), ABOUT, DAY, tell=stop)
"""


@pytest.mark.slow
def test_a_killed_release_leaves_nothing_that_looks_like_one(tmp_path: Path) -> None:
    url, parent = f"sqlite:///{tmp_path / 'archive.db'}", tmp_path / "out"
    with closing(open_database(url)) as db:
        fill(db)
        command = [sys.executable, "-c", _VICTIM, url, str(parent)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as victim:
            assert victim.stdout is not None
            assert victim.stdout.readline() == "half\n"
            (left,) = parent.iterdir()
            assert left.name.endswith(".part")
            beside = made(db, parent)  # while the other works on
            assert beside.removed == []
            assert left.exists()
            victim.send_signal(signal.SIGKILL)
        assert sorted(path.name for path in parent.iterdir()) == sorted([left.name, NAME])
        assert made(db, parent).removed == [left.name]
    assert sorted(path.name for path in parent.iterdir()) == [NAME, f"{NAME}.1"]


def test_every_file_is_on_the_disk_before_the_folder_has_its_name(
    archive: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    safe: set[int] = set()
    monkeypatch.setattr("os.fsync", lambda number: safe.add(os.fstat(number).st_ino))
    folder = made(archive, tmp_path).folder
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert [path.name for path in files if path.stat().st_ino not in safe] == []


def test_a_failure_leaves_no_folder(archive: Database, tmp_path: Path) -> None:
    def fail(line: str) -> None:
        if "provenance" in line:
            raise OSError(28, "No space left on device")

    with pytest.raises(StorageError, match=r"cannot write .*: No space left on device"):
        release(archive, tmp_path, ABOUT, DAY, tell=fail)
    assert list(tmp_path.iterdir()) == []


def recipe(folder: Path, language: str) -> str:
    readme = (folder / "README.md").read_text(encoding="utf-8")
    return readme.split(f"```{language}\n")[1].partition("```")[0]


def test_the_lines_of_the_readme_read_types_right(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(open_database(f"sqlite:///{tmp_path / 'archive.db'}")) as db:
        fill(db)
        db.transaction(
            lambda c: c.exec_driver_sql("UPDATE districts SET code = '001' WHERE code = '427'").rowcount
        )
        monkeypatch.chdir(made(db, tmp_path / "out").folder)
    space: dict[str, Any] = {}
    exec(recipe(Path(), "python"), space)
    frame = space["articles"]
    assert set(frame["district_code"]) == {"001"}
    assert frame["published_from"].dt.strftime("%Y").fillna("").tolist() == frame["published_year"].tolist()
    assert frame["version"].sum() == 8
    with duckdb.connect() as connection:
        rows = connection.execute(recipe(Path(), "sql")).fetchall()
        names = [one[0] for one in connection.description]
    assert {row[names.index("district_code")] for row in rows} == {"001"}
    assert sum(row[names.index("version")] for row in rows) == 8


def test_every_column_of_an_export_has_its_words() -> None:
    of_articles = tables()["articles"].columns
    assert of_articles[: len(DEFAULT)] == [column.name for column in DEFAULT]
    elsewhere = [*tables()["provenance"].columns, *tables()["further"].columns]
    assert {column.name for column in REST} <= set(elsewhere)
    for one in tables().values():
        for column in one.fields:
            assert all((column.title, column.title_vi, column.text, column.text_vi)), column.name


def test_a_district_that_left_the_registry_keeps_its_articles(tmp_path: Path) -> None:
    with closing(open_database(f"sqlite:///{tmp_path / 'archive.db'}")) as db:
        sync_registry(db, DISTRICTS[:1])
        keep(db, [article("x", district_id="ha-nam.ly-nhan", portal="https://lynhan.hanam.gov.vn")])
        folder = made(db, tmp_path / "out").folder
    (lost,) = [row for row in table(folder, "districts") if row["district_id"] == "ha-nam.ly-nhan"]
    assert (lost["district_code"], lost["articles"]) == ("", "1")
    assert ("ha-nam.ly-nhan", "https://lynhan.hanam.gov.vn") in {
        (row["district_id"], row["portal"]) for row in table(folder, "portals")
    }


def test_without_a_licence_the_readme_says_so_first(archive: Database, tmp_path: Path) -> None:
    done = made(archive, tmp_path, About())
    text = (done.folder / "README.md").read_text(encoding="utf-8").partition("\n---\n")[2].lstrip()
    assert text.startswith("**Licence: not stated.**")
    assert "license:" not in (done.folder / "README.md").read_text()
    assert not (done.folder / "LICENSE").exists()
    assert "licenses" not in done.package
