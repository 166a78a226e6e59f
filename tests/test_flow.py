"""The whole way on the fixture portals: crawl, export, prove, replay into an empty archive to the letter."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from fixtures.districts import registry_for, write
from fixtures.server import FixtureServer
from storage.database import open_database
from storage.export.export import export
from storage.schema import Capture
from tests.storage.making import rows

ROOT = Path(__file__).parents[1]
DISTRICT = "nghe-an.do-luong"  # two portals: VNPT, and WordPress with a feed and gzip

pytestmark = pytest.mark.xdist_group("flow")  # one crawl serves all tests of this file


class Archive(NamedTuple):
    """An archive that was crawled on two nights; `counts` are those of the second night's runs."""

    data: Path
    registry: Path
    counts: list[dict[str, int]]

    @property
    def files(self) -> list[str]:
        return sorted(str(path) for path in (self.data / "warc").iterdir())

    def huyen(self, *arguments: str, data: Path | None = None) -> str:
        """What a command that must end well says; it works on `data`, or on this archive."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("HUYEN_")}
        environment |= {"HUYEN_DATA": str(data or self.data), "HUYEN_REGISTRY": str(self.registry)}
        ran = subprocess.run(
            [sys.executable, "-m", "crawler.cli", *arguments],
            cwd=ROOT,
            env=environment | {"no_proxy": "127.0.0.1"},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr
        return ran.stdout


def exported(data: Path) -> tuple[bytes, list[dict[str, Any]]]:
    """The CSV, and every column of every article but the number of the run that fetched it."""
    with closing(open_database(f"sqlite:///{data / 'archive.db'}")) as database:
        export(database, data / "export.csv")
        export(database, data / "export.jsonl", "jsonl")
    rows = map(json.loads, (data / "export.jsonl").read_text(encoding="utf-8").splitlines())
    return (data / "export.csv").read_bytes(), [{k: row[k] for k in row if k != "run_id"} for row in rows]


def captures(data: Path) -> list[tuple[Any, ...]]:
    """Every column of every capture but those that number rows and runs, in the order of the files."""
    names = [one.name for one in Capture.__table__.columns if one.name not in ("id", "run_id")]
    with closing(open_database(f"sqlite:///{data / 'archive.db'}")) as database:
        return rows(database, f"SELECT {', '.join(names)} FROM captures ORDER BY warc_file, warc_offset")


def named(data: Path) -> list[list[tuple[Any, ...]]]:
    """What the texts name: the rows of both tables."""
    with closing(open_database(f"sqlite:///{data / 'archive.db'}")) as database:
        return [
            rows(database, f"SELECT * FROM {table} ORDER BY article_id, version, field, span_start")
            for table in ("mentions", "documents_named")
        ]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """Crawled, and read again in full on a night on which one page had changed."""
    folder = tmp_path_factory.mktemp("flow")
    archive = Archive(folder / "data", folder / "registry", [])
    with FixtureServer(base_port=0) as server:
        write(registry_for(server), archive.registry)
        archive.huyen("crawl", DISTRICT)
        edited = next(item for item in server.sites["do-luong-wp"].articles() if item.published)
        server.edit("do-luong-wp", edited.key, author="Người viết khác")
        again = json.loads(archive.huyen("crawl", DISTRICT, "--full", "--json"))
    archive.counts.extend(run["counts"] for run in again["runs"])
    yield archive


def test_the_second_night_archives_nothing_new(archive: Archive) -> None:
    assert sum(counts.get("changed", 0) for counts in archive.counts) == 1
    assert sum(counts.get("unchanged", 0) for counts in archive.counts) > 40
    assert not any({"new", "duplicate"} & counts.keys() for counts in archive.counts)


def test_a_replay_into_an_empty_archive_gives_the_same_rows_to_the_letter(
    archive: Archive, tmp_path: Path
) -> None:
    shutil.copytree(archive.data / "warc", tmp_path / "warc")
    report = json.loads(archive.huyen("replay", "--json", str(tmp_path / "warc"), data=tmp_path))
    assert report["faults"] == []
    csv, articles = exported(tmp_path)
    assert (csv, articles) == exported(archive.data)
    assert max(article["version"] for article in articles) == 2
    assert captures(tmp_path) == captures(archive.data)
    assert named(tmp_path) == named(archive.data)
    assert all(named(archive.data))


def test_a_replay_into_its_own_archive_changes_nothing(archive: Archive) -> None:
    before = exported(archive.data)
    report = json.loads(archive.huyen("replay", "--json", *archive.files))
    assert not {"new", "changed", "reread", "lost", "duplicate"} & report["counts"].keys()
    assert exported(archive.data) == before


def test_a_rehearsal_changes_nothing_and_says_so(archive: Archive, tmp_path: Path) -> None:
    said = archive.huyen("replay", "--dry-run", "--jobs", "1", *archive.files, data=tmp_path)
    assert said.splitlines()[-1] == "dry run: nothing was changed"
    assert " new" in said
    assert exported(tmp_path)[1] == []
    assert not list(tmp_path.rglob("*.warc.gz"))


def test_every_claim_of_the_archive_is_proved(archive: Archive) -> None:
    report = json.loads(archive.huyen("verify", "--json"))
    assert (report["faults"], report["unlisted"]) == ([], 0)
    assert report["captures"] > report["versions"] > 40
    quick = json.loads(archive.huyen("verify", "--sample", "5", "--json"))
    assert (quick["faults"], quick["versions"]) == ([], 5)


def test_other_tools_find_no_fault_in_the_files(archive: Archive) -> None:
    check = [sys.executable, "-m", "warcio.cli", "check", "-v", *archive.files]
    ran = subprocess.run(check, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout
    assert "digest pass" in ran.stdout
