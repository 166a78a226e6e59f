"""What differs between two releases, found from the two folders alone."""

from __future__ import annotations

import csv
import shutil
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from storage.articles.queries import mark_gone
from storage.database import open_database
from storage.errors import StorageError
from storage.release.changes import changes, named
from tests.storage.making import article, at, keep
from tests.storage.release.world import fill, made, table

NAMES = {article(name).id: name for name in ("phut", "ngay", "thang", "nam", "khong", "la", "lai", "moi")}


def test_planted_changes_are_found_each_by_its_name(tmp_path: Path) -> None:
    with closing(open_database(f"sqlite:///{tmp_path / 'archive.db'}")) as db:
        fill(db)
        first = made(db, tmp_path / "out").folder
        shutil.move(first, tmp_path / "elsewhere")  # the releases before are anywhere
        text = article("nam").body
        keep(
            db,
            [
                article(
                    "nam", 30, body=(*text, "Thêm một câu."), published_at="2022", published_precision="year"
                )
            ],
        )
        keep(
            db,
            [article("moi", 31), article("thang", 32, published_at="2024-02", published_precision="month")],
        )
        mark_gone(db, [article("la").url], at(33))
        second = made(db, tmp_path / "out", since=tmp_path / "elsewhere")
    (path,) = (second.folder / "changes").iterdir()
    assert path.name == "since-2026.11.28.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert sorted((NAMES[row["id"]], row["change"]) for row in rows) == [
        ("la", "gone"), ("moi", "added"), ("nam", "changed"), ("thang", "returned"),
    ]  # fmt: skip
    (edited,) = [row for row in rows if row["change"] == "changed"]
    assert (edited["version_before"], edited["version_now"]) == ("1", "2")
    now = {row["id"]: row["content_hash"] for row in table(second.folder, "provenance")}
    assert edited["content_hash_now"] == now[edited["id"]] != edited["content_hash_before"]
    told = (second.folder / "CHANGES.md").read_text(encoding="utf-8")
    assert "- added: 1\n- changed: 1\n- gone: 1\n- returned: 1\n" in told
    previous = second.package["previous"]
    assert (previous["name"], previous["version"]) == ("elsewhere", "2026.11.28")
    back = {(NAMES[row[0]], row[1]) for row in changes(second.folder, tmp_path / "elsewhere")}
    assert back == {("la", "returned"), ("moi", "withdrawn"), ("nam", "changed"), ("thang", "gone")}


def test_another_original_is_a_change(tmp_path: Path) -> None:
    with closing(open_database(f"sqlite:///{tmp_path / 'archive.db'}")) as db:
        one = article("phut", published_at="2023-10-26", published_precision="day")
        keep(db, [one])
        first = made(db, tmp_path).folder
        earlier = replace(one, url=article("lai").url, published_at="2023-10-25")
        keep(db, [earlier])
        rows = list(changes(first, made(db, tmp_path).folder))
    assert sorted((NAMES[row[0]], row[1]) for row in rows) == [
        ("lai", "added"),
        ("phut", "duplicate_changed"),
    ]


def test_what_is_no_release_or_a_damaged_one_is_named(tmp_path: Path) -> None:
    with closing(open_database(f"sqlite:///{tmp_path / 'archive.db'}")) as db:
        keep(db, [article(name) for name in ("phut", "ngay")])
        with pytest.raises(StorageError, match="is no release of huyen"):
            made(db, tmp_path / "out", since=tmp_path)
        first = made(db, tmp_path / "out").folder
        provenance = first / "data" / "provenance.csv"
        header, *rows = provenance.read_text(encoding="utf-8").splitlines(keepends=True)
        provenance.write_text("".join([header, *reversed(rows)]), encoding="utf-8")
        with pytest.raises(StorageError, match="is not the file that its"):
            made(db, tmp_path / "out", since=first)
        with pytest.raises(StorageError, match="is not in the order of ids"):
            list(changes(first, first))
    assert [path.name for path in (tmp_path / "out").iterdir()] == [first.name]


def test_a_folder_that_is_no_release_is_said_without_the_words_of_python(tmp_path: Path) -> None:
    (tmp_path / "half").mkdir()
    (tmp_path / "half" / "datapackage.json").write_text('{"name": "x"}')
    (tmp_path / "torn").mkdir()
    (tmp_path / "torn" / "datapackage.json").write_text("{")
    for name, said in {
        "nowhere": "datapackage.json: No such file or directory",
        "half": "datapackage.json has no 'resources'",
        "torn": "datapackage.json does not say what it must",
    }.items():
        with pytest.raises(StorageError, match=f"{name} is no release of huyen: .*{said}") as error:
            named(tmp_path / name)
        assert "Error" not in str(error.value)
