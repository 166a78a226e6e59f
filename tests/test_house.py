"""The rooms of the house: no circle of files, and every import contract fails where it is broken."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("crawler", "pipelines", "storage", "web")

# By contract: a file, an import that it must not have, and how the contract's report names the import.
BREACHES = {
    "1.": ("storage/text.py", "import pipelines.items", "storage.text -> pipelines.items"),
    "2.": ("pipelines/dates.py", "import pipelines.extract", "pipelines.dates -> pipelines.extract"),
    "3.": (
        "crawler/families/vnpt.py",
        "import crawler.families.vhv",
        "families.vnpt -> crawler.families.vhv",
    ),
    "4.": ("crawler/run/monitor.py", "import sqlalchemy", "crawler.run.monitor -> sqlalchemy"),
    "5.": ("crawler/discover/feeds.py", "import dateparser", "crawler.discover.feeds -> dateparser"),
    "6.": ("storage/articles/keep.py", "import lxml", "storage.articles.keep -> lxml"),
    "7.": ("storage/warc/content.py", "import sqlalchemy", "storage.warc.content -> sqlalchemy"),
    "8.": ("pipelines/html/parse.py", "import crawler.families", "pipelines.html.parse -> crawler.families"),
    "9.": ("crawler/discover/urls.py", "import crawler.night.night", "discover.urls -> crawler.night.night"),
    "10.": ("pipelines/html/select.py", "import pipelines.chain", "html.select -> pipelines.chain"),
    "11.": ("storage/duplicates/link.py", "import storage.search.search", "link -> storage.search.search"),
}


def circle(graph: dict[str, set[str]]) -> list[str]:
    """A circle of modules in `graph` (module to those it imports), first and last the same; empty: none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def imports(*packages: str) -> dict[str, set[str]]:
    """Every module of `packages` with those that it imports, imports for types only included."""
    graph = grimp.build_graph(*packages, exclude_type_checking_imports=False, cache_dir=None)
    return {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}


def test_no_files_import_each_other_in_a_circle() -> None:
    assert circle(imports(*PACKAGES)) == []


def test_a_circle_through_an_import_for_types_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rooms = tmp_path / "rooms_of_a_test"
    rooms.mkdir()
    (rooms / "__init__.py").write_text("")
    (rooms / "one.py").write_text("from rooms_of_a_test import two\n")
    guarded = "if TYPE_CHECKING:\n    from rooms_of_a_test import one\n"
    (rooms / "two.py").write_text(f"from typing import TYPE_CHECKING\n\n{guarded}")
    monkeypatch.syspath_prepend(tmp_path)
    assert set(circle(imports("rooms_of_a_test"))) == {"rooms_of_a_test.one", "rooms_of_a_test.two"}


def contracts() -> list[str]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return [contract["name"] for contract in settings["tool"]["importlinter"]["contracts"]]


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What lint-imports says of a copy of the tree with all BREACHES in it."""
    copy = tmp_path_factory.mktemp("house")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, copy / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", copy)
    for file, line, _ in BREACHES.values():
        assert (copy / file).exists(), f"{file} has moved: name another file of its room"
        with (copy / file).open("a", encoding="utf-8") as source:
            source.write(f"\n{line}\n")
    program = (
        "import sys; sys.path.insert(0, '.'); from importlinter.cli import lint_imports_command as l; l()"
    )
    ran = subprocess.run(
        [sys.executable, "-P", "-c", program, "--no-cache"],
        cwd=copy, env={"NO_COLOR": "1", "COLUMNS": "200", "PATH": "/usr/bin:/bin"},
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert ran.returncode == 1, ran.stdout + ran.stderr
    return ran.stdout


def test_every_contract_has_a_breach() -> None:
    assert [name.split()[0] for name in contracts()] == list(BREACHES)


@pytest.mark.slow
@pytest.mark.parametrize("number", BREACHES)
def test_a_breach_is_named_by_its_contract(number: str, report: str) -> None:
    name = next(name for name in contracts() if name.startswith(f"{number} "))
    assert f"{name} BROKEN" in report
    told = report.rpartition("Broken contracts")[2].partition(f"{name}\n---")[2]
    own = re.split(r"\n\d+\. .+\n---", told)[0]
    assert BREACHES[number][2] in own, own
