"""The procedures of docs/operators.md, run as they are printed: upgrade, back up, restore, move, rebuild.

Only what a machine decides is put in: folders, and host, port, user and database of the server.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import make_url

from crawler.cli import main
from storage.database import open_database
from tests import postgres
from tests import test_docs as docs
from tests.storage.making import rows
from tests.storage.upgrades import old, portals

GUIDE = "docs/operators.md"
SERVER = "postgresql://huyen:PASSWORD@localhost:5432/"
pytestmark = pytest.mark.slow
_BLOCK = re.compile(r"^ *```\n.*?^ *```$", re.MULTILINE | re.DOTALL)  # also within a list
Run = Callable[[str], list[tuple[int, str]]]


@pytest.fixture
def srv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """/srv/huyen with the archive of 0.1.0 and its registry, and the folder /backup beside it."""
    place = tmp_path / "srv"
    (place / "data").mkdir(parents=True)
    (tmp_path / "backup").mkdir()
    old.unpack(place / "data")
    (place / "ven-song.toml").write_text(portals.Portals("http://127.0.0.1:9").registry(), encoding="utf-8")
    (place / "huyen.toml").write_text('HUYEN_REGISTRY = "ven-song.toml"\n', encoding="utf-8")
    for name in [name for name in os.environ if name.startswith("HUYEN_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(place)
    return place


@pytest.fixture
def run(srv: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the commands of a heading's code blocks; returns the status and the output of each."""
    changes = {"/backup/": f"{srv.parent / 'backup'}/"}

    def commands(heading: str) -> list[tuple[int, str]]:
        results = []
        for block in _BLOCK.findall(docs.section(GUIDE, heading)):
            lines = [line.strip() for line in block.splitlines()[1:-1]]
            shown = [line[2:] for line in lines if line.startswith("$ ")]
            for line in shown or lines:
                if line in ("git pull", "make install"):
                    continue
                for printed, here in changes.items():
                    line = line.replace(printed, here)
                if found := re.fullmatch(r"(?:\.venv/bin/)?huyen (.+)", line):
                    results.append((main(found[1].split()), "".join(capsys.readouterr())))
                else:
                    done = subprocess.run(line, shell=True, capture_output=True, text=True, check=False)
                    results.append((done.returncode, done.stdout + done.stderr))
        return results

    commands.changes = changes  # type: ignore[attr-defined]
    return commands


def held(url: str) -> list[object]:
    database = open_database(url)
    try:
        return [tuple(row) for row in rows(database, "SELECT id, url FROM articles ORDER BY id")]
    finally:
        database.close()


def test_upgrade_back_up_and_restore_on_sqlite(srv: Path, run: Run) -> None:
    upgraded = run("Upgrade")
    assert [status for status, _ in upgraded] == [0, 0] and "0 faults" in upgraded[-1][1]
    url = f"sqlite:///{srv / 'data' / 'archive.db'}"
    before = held(url)
    assert len(before) > 5
    done = run("SQLite")
    assert [status for status, _ in done] == [0] * 5, done
    assert held(url) == before


def test_an_archive_is_filled_from_its_warc_files_alone(srv: Path, run: Run) -> None:
    done = run("From the WARC files alone")
    assert [status for status, _ in done] == [0] * 3, done
    assert held(f"sqlite:///{srv / 'data' / 'archive.db'}")


def test_an_archive_moves_to_another_machine(
    srv: Path, run: Run, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run("Upgrade")
    backup = srv.parent / "backup" / "archive.db"
    assert main(["backup", str(backup)]) == 0
    there = srv.parent / "another"
    for name in ("huyen.toml", "ven-song.toml"):
        (there / "data").mkdir(parents=True, exist_ok=True)
        shutil.copy(srv / name, there / name)
    shutil.copytree(srv / "data" / "warc", there / "data" / "warc")
    shutil.copy(backup, there / "data" / "archive.db")
    before = held(f"sqlite:///{backup}")
    shutil.rmtree(srv)
    monkeypatch.chdir(there)
    assert [main(["config"]), main(["db", "check"]), main(["verify"])] == [0, 0, 0]
    assert held(f"sqlite:///{there / 'data' / 'archive.db'}") == before


@pytest.mark.xdist_group("postgresql")
@pytest.mark.skipif(not shutil.which("pg_dump"), reason="needs the tools of PostgreSQL")
def test_upgrade_back_up_and_restore_on_postgresql(
    srv: Path, run: Run, postgres_server: str, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    old.load(srv / "data" / "archive.db", postgres_url)
    monkeypatch.setenv("HUYEN_DATABASE_URL", postgres_url)
    assert main(["runs"]) == 2  # PostgreSQL does not upgrade itself
    assert [status for status, _ in run("Upgrade")] == [0, 0]
    name = f"restored_{uuid.uuid4().hex[:8]}"
    server = make_url(postgres_server)
    plain = postgres_url.replace("+psycopg", "")
    connect = f"--host={server.host} --port={server.port} --username={server.username}"
    run.changes.update(  # type: ignore[attr-defined]
        {
            f"{SERVER}huyen_restored": f"{plain.rpartition('/')[0]}/{name}",
            f"{SERVER}huyen": plain,
            "sudo -u postgres createdb --owner=huyen huyen_restored": f"createdb {connect} {name}",
        }
    )
    try:
        done = run("PostgreSQL")
        assert [status for status, _ in done] == [0] * 3, done
        restored = postgres_url.rpartition("/")[0] + f"/{name}"
        assert held(restored) == held(postgres_url) != []
        monkeypatch.setenv("HUYEN_DATABASE_URL", restored)
        assert [main(["db", "check"]), main(["verify"])] == [0, 0]
    finally:
        postgres.drop_database(postgres_server, name)
