"""What checks propose to change in one's own registry: which keys, in which file, and what stays."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.check.edits import edited, keys_of, proposed
from crawler.check.look import Subject
from crawler.check.network import Target
from crawler.errors import Refused
from crawler.registry.entries import Portal
from crawler.registry.load import load
from fixtures.country.pages import Place
from fixtures.country.standins import StandIn, served, write_registry
from storage.runs.states import CheckRecord
from storage.vocabulary import local
from tests.crawler.site import ROOT

URL = "https://doluong.nghean.gov.vn"
WHEN = datetime(2026, 11, 27, 3, tzinfo=UTC)


def look(state: str, **values: Any) -> CheckRecord:
    given = {"district_id": "nghe-an.do-luong", "portal": URL, "checked_at": WHEN, "sure": "certain"}
    return CheckRecord(state=state, evidence="seen", **given | values)


def portal(**values: Any) -> Portal:
    return Portal.model_validate({"url": URL, "family": "generic"} | values)


@pytest.mark.parametrize(
    ("found", "before", "expected"),
    [
        (look("lives"), portal(status="unseen"), {"status": "live"}),
        (look("lives"), portal(), {}),
        (look("lives", sure="guess"), portal(status="unseen"), {}),
        (
            look("lives", family="vnpt", family_sure="certain", newest=date(2026, 11, 20)),
            portal(status="unseen", year=2022, unverified=("url", "family", "sections")),
            {"status": "live", "family": "vnpt", "year": 2026, "unverified": ["sections"]},
        ),
        (
            look("frozen", newest=date(2025, 6, 28)),
            portal(),
            {"status": "frozen", "until": date(2025, 6, 28), "year": 2025},
        ),
        (
            look(
                "moved", target="https://moi.gov.vn", answers=[{"url": "https://moi.gov.vn/", "status": 200}]
            ),
            portal(former=("cu.gov.vn",)),
            {"url": "https://moi.gov.vn", "former": ["cu.gov.vn", "doluong.nghean.gov.vn"]},
        ),
        (look("no_name", previous="lives"), portal(), {}),
        (look("certificate", certificate="refused: expired"), portal(), {"tls": "allow-expired"}),
        (look("certificate", certificate="refused: other_host"), portal(), {}),
        *(
            (look(state), portal(), {})
            for state in ("no_answer", "error", "maintenance", "refused", "unclear")
        ),
    ],
)
def test_what_a_look_suggests(found: CheckRecord, before: Portal, expected: dict[str, Any]) -> None:
    assert keys_of(found, before) == expected


@pytest.mark.parametrize(
    ("found", "status"),
    [
        (look("moved", target="https://moi.gov.vn", sure="likely"), "moved"),
        (look("moved", target="https://moi.gov.vn/do-luong", answers=[{"url": "https://moi.gov.vn/do-luong"}]),
         "moved"),
        (look("another_office", office="xã Đô Lương"), "gone"),
        (look("hijacked"), "hijacked"),
        (look("parked"), "gone"),
        (look("no_name", previous="no_name"), "gone"),
    ],
)  # fmt: skip
def test_an_end_is_noted_with_its_day_and_evidence(found: CheckRecord, status: str) -> None:
    keys = keys_of(found, portal(note="older"))
    assert keys.keys() == {"status", "note"}
    assert keys["status"] == status
    assert keys["note"].startswith("older; ") and keys["note"].endswith("(checked 2026-11-27): seen")


TEXT = """\
# ours
province = "Nghệ An"

# the first
[do-luong]
name = "Đô Lương" # kept
kind = "huyện"
code = "427"

[[do-luong.portals]]
url = "http://www.doluong.nghean.gov.vn/"
family = "vnpt"

# the second
[yen-thanh]
name = "Yên Thành"
kind = "huyện"
code = "426"
portals = [{ url = "https://yenthanh.nghean.gov.vn", family = "vnpt" }]
"""


def test_a_portal_that_is_there_gets_its_keys_and_all_else_stays() -> None:
    after = edited(TEXT, "do-luong", URL, {"status": "frozen", "until": date(2025, 6, 28)}, {})
    added = [line for line in after.splitlines() if line not in TEXT.splitlines()]
    assert added == ['status = "frozen"', "until = 2025-06-28"]
    assert set(TEXT.splitlines()) - set(after.splitlines()) == set()
    inline = edited(TEXT, "yen-thanh", "https://yenthanh.nghean.gov.vn", {"status": "gone"}, {})
    assert tomllib.loads(inline)["yen-thanh"]["portals"][0]["status"] == "gone"


def test_a_portal_that_is_not_there_is_added_behind_its_district() -> None:
    after = edited(TEXT, "do-luong", "https://doluong.gov.vn", {"status": "gone"}, {})
    held = tomllib.loads(after)
    assert [one["url"] for one in held["do-luong"]["portals"]][1] == "https://doluong.gov.vn"
    assert after.index('doluong.gov.vn"\nstatus') < after.index("# the second")
    assert held["yen-thanh"] == tomllib.loads(TEXT)["yen-thanh"]


def test_a_file_that_is_not_there_begins_with_the_portal_and_a_new_district_with_its_name() -> None:
    assert tomllib.loads(edited("", "do-luong", URL, {"status": "gone"}, {})) == {
        "do-luong": {"portals": [{"url": URL, "status": "gone"}]}
    }
    seat = {"name": "Anh Sơn", "kind": "huyện", "code": "424"}
    after = tomllib.loads(edited(TEXT, "anh-son", "https://anhson.gov.vn", {"status": "live"}, seat))
    assert after["anh-son"] == seat | {"portals": [{"url": "https://anhson.gov.vn", "status": "live"}]}


def test_without_a_registry_of_one_s_own_nothing_is_proposed(tmp_path: Path) -> None:
    subject = Subject("nghe-an.do-luong", URL, "Đô Lương", "huyện", "Nghệ An")
    targets = [Target(subject, portal())]
    with pytest.raises(Refused, match="HUYEN_REGISTRY=bundled:FOLDER"):
        proposed(None, targets, [look("hijacked")])
    edits = proposed(tmp_path, targets, [look("hijacked")])
    assert '+status = "hijacked"' in edits.diff()
    assert edits.write() == [tmp_path / "nghe-an.toml"]
    layers = load([Path("crawler/districts").resolve(), tmp_path]).strict()
    assert layers.resolve("nghe-an.do-luong").portals[0].status == "hijacked"
    edits.undo()
    assert not (tmp_path / "nghe-an.toml").exists()


@pytest.mark.slow
def test_write_prints_a_diff_and_writes_only_when_told(tmp_path: Path) -> None:
    def run(*options: str) -> subprocess.CompletedProcess[str]:
        own = {"HUYEN_DATA": str(tmp_path / "data"), "HUYEN_REGISTRY": str(tmp_path / "registry")}
        command = [sys.executable, "-m", "crawler.cli", "districts", "check", "h0", "h1", "--write", *options]
        return subprocess.run(
            command, cwd=ROOT, env={**os.environ, **own}, capture_output=True, text=True, timeout=60
        )

    standins = [StandIn("h0", Place("Đô Lương"), "frozen"), StandIn("h1", Place("Yên Thành"), "hijacked")]
    with served(standins, local(datetime.now(UTC)).date()):
        file = tmp_path / "registry" / "vi-du.toml"
        write_registry(file.parent, standins, 0)
        before = file.read_text(encoding="utf-8")
        shown = run()
        assert shown.returncode == 1
        assert '+status = "frozen"' in shown.stdout and '+status = "hijacked"' in shown.stdout
        assert file.read_text(encoding="utf-8") == before
        written = json.loads(run("--yes", "--json").stdout)
        assert written["written"] == [str(file)]
        assert [d.portals[0].status for d in load(file).strict().districts] == ["frozen", "hijacked"]
        assert run("--yes").stdout.splitlines()[-1] == "nothing to change in the registry"
