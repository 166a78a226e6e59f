"""Exceptions stand in one module of their package, and its docstring names each."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import crawler.errors
import storage.errors

ROOT = Path(__file__).parents[1]
# Exceptions beside their only user, and why.
ELSEWHERE = {
    ("crawler/fetch/safety.py", "RequestRefused"),  # derives from Scrapy's IgnoreRequest
    ("crawler/spiders/loader.py", "NoSuchSpider"),  # derives from Scrapy's UsageError
    ("crawler/night/alerts.py", "_Later"),  # private: asks for a second try
    ("storage/articles/reread.py", "_Rehearsed"),  # private: rolls a transaction back
    (
        "pipelines/files/filetext.py",
        "Unreadable",
    ),  # between the readers of formats and the one that asks them
    ("pipelines/files/child.py", "_Ended"),  # private: a reader's process ended
    ("storage/warc/walk.py", "_BareLines"),  # private: reads a record in another way
    ("web/errors.py", "Missing"),  # between a page and the application
}


def bases(node: ast.ClassDef) -> set[str]:
    return {ast.unparse(base).rpartition(".")[2] for base in node.bases}


def exceptions() -> set[tuple[str, str]]:
    """Every class of the three packages that derives, by names, from an exception: (file, class)."""
    found: dict[tuple[str, str], set[str]] = {}
    for package in ("crawler", "pipelines", "storage", "web"):
        for file in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ClassDef):
                    found[file.relative_to(ROOT).as_posix(), node.name] = bases(node)
    known = {"Exception", "BaseException", "ValueError", "OSError", "KeyError", "IgnoreRequest", "UsageError"}
    while more := {name for (_, name), above in found.items() if above & known} - known:
        known |= more
    return {place for place, above in found.items() if above & known}


def test_no_exception_stands_elsewhere() -> None:
    homes = ("crawler/errors.py", "storage/errors.py")
    assert {place for place in exceptions() if place[0] not in homes} == ELSEWHERE


@pytest.mark.parametrize("module", [crawler.errors, storage.errors])
def test_each_is_named_with_who_raises_and_who_handles_it(module: object) -> None:
    table = [line.split(maxsplit=1) for line in str(module.__doc__).splitlines() if " -> " in line]
    named = {name for name, _ in table}
    own = {name for name, value in vars(module).items() if isinstance(value, type)}
    assert own and own <= named
