"""The history of runs."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

import storage
from storage.database import Database
from storage.runs import runs
from storage.vocabulary import Verdict

ROOT = Path(storage.__file__).parent.parent
PORTAL = "https://a.gov.vn"


def test_a_run_from_start_to_end(db: Database) -> None:
    before = datetime.now(UTC)
    run = runs.start(db, "a.b", PORTAL)
    open_ = runs.listed(db)[0]
    assert (open_.verdict, open_.finished_at, open_.pid) == (None, None, os.getpid())
    assert before <= open_.started_at <= datetime.now(UTC)
    runs.update(db, run, {"new": 1})
    assert runs.listed(db)[0].counts == {"new": 1}
    runs.finish(db, run, Verdict.OK, {"new": 2}, ["Hai tin mới."], ["a.warc.gz"])
    done = runs.listed(db, run_id=run)[0]
    assert (done.verdict, done.counts, done.evidence) == ("ok", {"new": 2}, ["Hai tin mới."])
    assert done.warc_files == ["a.warc.gz"]
    assert done.finished_at >= done.started_at
    assert done.listings == {}


def test_a_run_keeps_what_its_listings_held(db: Database) -> None:
    run = runs.start(db, "a.b", PORTAL)
    pages = {f"{PORTAL}/tin-tuc": {"links": 15, "new": 2}}
    runs.finish(db, run, Verdict.OK, {}, listings=pages)
    assert runs.listed(db, run_id=run)[0].listings == pages
    assert runs.first_started(db, "a.b", PORTAL) == runs.listed(db)[0].started_at
    runs.start(db, "a.b", PORTAL)
    assert runs.first_started(db, "a.b", PORTAL) == runs.listed(db, run_id=run)[0].started_at
    assert runs.first_started(db, "a.b", "https://b.gov.vn") is None


def test_newest_first_and_filtered(db: Database) -> None:
    ids = [runs.start(db, district, PORTAL) for district in ("a.b", "a.c", "a.b")]
    runs.finish(db, ids[0], "broken", {})
    assert [run.id for run in runs.listed(db)] == ids[::-1]
    assert [run.id for run in runs.listed(db, district_ids=["a.b"])] == [ids[2], ids[0]]
    assert [run.id for run in runs.listed(db, verdict="broken")] == [ids[0]]
    assert [run.id for run in runs.listed(db, limit=1)] == [ids[2]]
    assert runs.listed(db, since=datetime.now(UTC) + timedelta(hours=1)) == []


@pytest.mark.slow
def test_a_killed_run_died_and_a_living_one_did_not(db: Database, database_url: str) -> None:
    code = (
        "import os, sys; from storage.database import open_database; from storage.runs import runs\n"
        "runs.start(open_database(sys.argv[1]), 'a.b', 'https://a.gov.vn'); os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", code, database_url], cwd=ROOT, check=False, timeout=60)
    mine = runs.start(db, "a.b", PORTAL)
    dead = runs.listed(db)[1].id
    assert runs.mark_died(db) == [dead]
    assert runs.mark_died(db) == []
    assert [run.verdict for run in runs.listed(db)] == [None, "died"]
    assert "without a verdict" in runs.listed(db, verdict="died")[0].evidence[0]
    assert runs.listed(db, run_id=mine)[0].verdict is None


def test_a_pid_given_out_again_does_not_keep_a_run_alive(db: Database) -> None:
    run = runs.start(db, "a.b", PORTAL)
    db.transaction(lambda c: c.execute(text("UPDATE runs SET pid_token = 'earlier boot/1'")).rowcount)
    assert runs.mark_died(db) == [run]


def test_runs_of_other_hosts_are_left_alone(db: Database) -> None:
    runs.start(db, "a.b", PORTAL)
    db.transaction(lambda c: c.execute(text("UPDATE runs SET host = 'elsewhere', pid_token = 'x'")).rowcount)
    assert runs.mark_died(db) == []
