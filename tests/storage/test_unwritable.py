"""An archive that this user may only read, as on a mounted copy: every command that reads does so."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from storage.database import open_database, upgrade
from tests.storage.upgrades import old

ROOT = Path(__file__).parents[2]
CALLS = """
import contextlib, io, json, sys
from crawler.cli import main
said = []
for arguments in json.loads(sys.argv[1]):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = main(arguments)
    said.append([status, out.getvalue(), err.getvalue()])
print(json.dumps(said))
"""
READING = {
    "search": ["search", "huyện", "--json"],
    "export": ["export", "-o", "{free}/articles.csv"],
    "runs": ["runs"],
    "verify": ["verify", "--jobs", "1"],
    "report": ["report", "-o", "{free}/status.html"],
    "release": ["release", "-o", "{free}/out"],
    "backup": ["backup", "{free}/copy.db"],
}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.geteuid() == 0 and not shutil.which("setpriv"), reason="root writes everywhere"),
]


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    """The data folder of an archive with articles; writable again at the end, to be removed."""
    folder = tmp_path / "data"
    folder.mkdir()
    old.unpack(folder)
    yield folder
    folder.chmod(0o755)


def sealed(folder: Path) -> dict[Path, bytes]:
    """Takes the right to write away; returns the bytes of every file."""
    before = {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
    for path in [*folder.rglob("*"), folder]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    return before


def told(data: Path, calls: list[list[str]]) -> list[tuple[int, str, str]]:
    """Status, output and errors of commands, run by a user who may write in other folders only."""
    limited = ["setpriv", "--bounding-set", "-dac_override"] if os.geteuid() == 0 else []
    ran = subprocess.run(
        [*limited, sys.executable, "-B", "-c", CALLS, json.dumps(calls)],
        cwd=ROOT,
        env={**os.environ, "HUYEN_DATA": str(data), "HUYEN_DATABASE_URL": f"sqlite:///{data / 'archive.db'}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return [(status, out, err) for status, out, err in json.loads(ran.stdout)]


def test_each_command_that_reads_says_what_it_says_where_it_may_write(data: Path, tmp_path: Path) -> None:
    upgrade(f"sqlite:///{data / 'archive.db'}")
    said = {}
    for kind in ("writable", "sealed"):
        free = tmp_path / kind
        free.mkdir()
        names = list(READING) if kind == "sealed" else ["search", "export"]
        calls = [[part.format(free=free) for part in READING[name]] for name in names]
        before = sealed(data) if kind == "sealed" else {}
        said[kind] = dict(zip(names, told(data, calls), strict=True))
    assert {name: status for name, (status, *_) in said["sealed"].items()} == dict.fromkeys(READING, 0)
    assert said["sealed"]["search"] == said["writable"]["search"]
    assert {path: path.read_bytes() for path in sorted(data.rglob("*")) if path.is_file()} == before
    exports = [(tmp_path / kind / "articles.csv").read_bytes() for kind in ("writable", "sealed")]
    assert exports[0] == exports[1]


def test_an_older_schema_is_named_with_what_helps(data: Path) -> None:
    sealed(data)
    calls = [["search", "huyện"], ["serve", "--port", "0"]]
    for status, out, err in told(data, calls):
        assert (status, out) == (2, "")
        assert "this user cannot write to it: let its owner run `huyen db upgrade`, or copy it" in err


def test_the_changes_of_a_writer_are_read_or_named(data: Path, tmp_path: Path) -> None:
    path = data / "archive.db"
    open_database(f"sqlite:///{path}").close()
    with closing(sqlite3.connect(path)) as writer:
        writer.execute("UPDATE versions SET title = 'Kè sông Mới xong'")
        writer.commit()
        sealed(data)
        told(data, [["export", "-o", str(tmp_path / "articles.csv")]])
        assert "Kè sông Mới xong" in (tmp_path / "articles.csv").read_text("utf-8")
        data.chmod(0o755)
        copy = data / "copied"
        copy.mkdir()
        for ending in ("", "-wal"):
            shutil.copy(f"{path}{ending}", copy / f"archive.db{ending}")
    sealed(copy)
    status, out, err = told(copy, [["export"]])[0]
    copy.chmod(0o755)
    assert (status, out) == (2, "")
    assert "archive.db-wal has changes" in err


def test_an_archive_that_a_hidden_writer_changes_is_said(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from storage import unwritable
    from storage.errors import StorageError

    path = data / "archive.db"
    open_database(f"sqlite:///{path}").close()
    monkeypatch.setattr(unwritable, "_may_write", lambda _: False)
    with closing(open_database(f"sqlite:///{path}", create=False)) as database:
        with database.reading() as connection:
            connection.exec_driver_sql("SELECT 1")
        with (
            pytest.raises(StorageError, match=r"archive.db was changed while it was read; run the command"),
            database.reading(),
        ):
            os.utime(path, ns=(1, 1))
