"""A release as the tools of others see it: frictionless, mlcroissant, roc-validator, the schema of CFF."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from storage.database import open_database
from tests.storage.release.world import fill, made

ROOT = Path(__file__).parents[1]
PYTHON = ROOT / ".venv-release" / "bin" / "python"

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("release")]  # one run of the tools serves all tests


def _byte(folder: Path) -> None:
    path = folder / "data" / "runs.csv"
    path.write_bytes(path.read_bytes().replace(b",ok,", b",OK,"))


def _table(folder: Path, name: str, change: Callable[[list[dict[str, str]]], object]) -> None:
    """Changes a table and lets datapackage.json name the new bytes, as a forger would."""
    path = folder / "data" / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    change(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    for one in package["resources"]:
        if one["path"] == f"data/{name}.csv":
            data = path.read_bytes()
            one |= {"bytes": len(data), "hash": f"sha256:{hashlib.sha256(data).hexdigest()}"}
    (folder / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")


def _row(folder: Path) -> None:
    _table(folder, "articles", lambda rows: rows[0].update(published_from="26/10/2023", version="0"))


def _key(folder: Path) -> None:
    _table(folder, "provenance", lambda rows: rows[0].update(id="f" * 16))


SPOILT = {"byte": _byte, "row": _row, "key": _key}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What each tool says of a release, and frictionless of each spoilt one, by what was spoilt."""
    if not PYTHON.exists():
        reason = f"{PYTHON.parents[1]} is not there; `make test` installs it"
        if os.environ.get("REQUIRE_RELEASE") == "1":
            pytest.fail(f"REQUIRE_RELEASE=1, but {reason}")
        pytest.skip(reason)
    place = tmp_path_factory.mktemp("release")
    with closing(open_database(f"sqlite:///{place / 'archive.db'}")) as db:
        fill(db)
        whole = made(db, place / "first").folder
        whole = made(db, place / "second", since=whole, by_year=True).folder
    paths = {}
    for name, spoil in SPOILT.items():
        paths[name] = place / name
        shutil.copytree(whole, paths[name])
        spoil(paths[name])
    command = [str(PYTHON), str(ROOT / "tests" / "validators.py"), str(whole), *map(str, paths.values())]
    home = {
        "HOME": str(place),
        "XDG_CACHE_HOME": str(place),
        "PATH": "/usr/bin:/bin",
    }
    done = subprocess.run(command, cwd=place, env=home, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, list[str]] = json.loads(done.stdout.splitlines()[-1])
    return {
        next((name for name, path in paths.items() if str(path) == key), key): said
        for key, said in found.items()
    }


@pytest.mark.parametrize("tool", ["frictionless", "croissant", "crate", "citation"])
def test_a_tool_has_nothing_to_object_to(told: dict[str, list[str]], tool: str) -> None:
    assert told[tool] == []


@pytest.mark.parametrize(
    ("spoilt", "kinds"),
    [
        ("byte", {"runs: hash-count"}),
        ("row", {"articles: type-error", "articles: constraint-error"}),
        ("key", {"provenance: foreign-key"}),
    ],
)
def test_what_was_spoilt_is_found(told: dict[str, list[str]], spoilt: str, kinds: set[str]) -> None:
    assert kinds <= {": ".join(line.split(": ")[:2]) for line in told[spoilt]}
