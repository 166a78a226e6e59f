"""A replay that is killed goes on where it was, and ends with the rows of one that nothing disturbed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from storage.database import open_database
from storage.errors import StorageError
from storage.export.export import export
from storage.readonly import open_readonly
from tests.crawler.reread.test_replay import REGISTRY, TITLE, page
from tests.warcs import http, packed, record

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
FILES, PAGES = 12, 4
SECONDS = 120.0  # that anything here may take on a busy machine


def files(folder: Path) -> list[Path]:
    """WARC files of another crawler; each holds an article again that the one before has, changed."""
    folder.mkdir()
    made = []
    for number in range(FILES):
        records = []
        for of in range(number * PAGES, (number + 1) * PAGES + 1):
            url = f"https://doluong.nghean.gov.vn/tin/giao-ban-so-{of}-{1000 + of}"
            body = page(f"{TITLE}{of}").replace(b"09:30", b"09:%02d" % number)
            date = f"2023-11-{1 + number:02}T01:00:00Z"
            records.append(record("response", url, http(body, Content_Type="text/html"), date))
        made.append(folder / f"{number:02}.warc.gz")
        made[-1].write_bytes(packed(records))
    return made


def begin(data: Path, url: str, *arguments: str) -> subprocess.Popen[str]:
    """Starts a command on the archive at `url`."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HUYEN_")}
    environment |= {"HUYEN_DATA": str(data), "HUYEN_DATABASE_URL": url}
    environment |= {"HUYEN_REGISTRY": str(data.parent / "nghe-an.toml")}
    return subprocess.Popen(
        [sys.executable, "-m", "crawler.cli", *arguments],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def replayed(data: Path, url: str, made: list[Path]) -> tuple[dict[str, Any], str]:
    """The report of a replay that ends well, and what it says beside."""
    with begin(data, url, "replay", "--json", "--jobs", "1", *map(str, made)) as process:
        out, err = process.communicate(timeout=SECONDS)
    assert process.returncode == 0, err
    return json.loads(out), err


def exported(url: str, folder: Path) -> tuple[bytes, bytes]:
    """The archive as CSV, and every column as JSON lines."""
    with closing(open_database(url)) as database:
        export(database, folder / "a.csv")
        export(database, folder / "a.jsonl", "jsonl")
    return (folder / "a.csv").read_bytes(), (folder / "a.jsonl").read_bytes()


def test_a_killed_replay_goes_on_and_ends_with_the_rows_of_an_undisturbed_one(
    tmp_path: Path, database_url: str
) -> None:
    (tmp_path / "nghe-an.toml").write_text(REGISTRY, encoding="utf-8")
    made, data = files(tmp_path / "made"), tmp_path / "data"
    data.mkdir()
    with begin(data, database_url, "replay", "--jobs", "1", *map(str, made)) as process:
        until = time.monotonic() + SECONDS
        while time.monotonic() < until and process.poll() is None and not _begun(database_url):
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    done = _begun(database_url)
    assert 0 < done < FILES
    report, said = replayed(data, database_url, made)
    assert "continuing an earlier replay" in said
    assert report["files"] == FILES - done
    assert report["captures"] == (FILES - done) * (PAGES + 1)
    assert _begun(database_url) == 0
    assert not [path for path in (data / "warc").iterdir() if path.suffix != ".gz"]

    alone = tmp_path / "alone"
    undisturbed = f"sqlite:///{alone / 'archive.db'}"
    replayed(alone, undisturbed, made)
    assert exported(database_url, data) == exported(undisturbed, alone)  # also of another kind of database
    again, _ = replayed(data, database_url, made)
    assert not {"new", "changed", "reread", "lost", "duplicate"} & again["counts"].keys()
    assert exported(database_url, data) == exported(undisturbed, alone)


def _begun(url: str) -> int:
    """How many files the archive says are done."""
    with suppress(StorageError), closing(open_readonly(url)) as database:
        query = text("SELECT count(*) FROM replayed WHERE place IS NULL")
        return int(database.read(lambda connection: connection.scalar(query)) or 0)
    return 0
