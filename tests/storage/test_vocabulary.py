"""Each word of the vocabulary is written in one place."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage import vocabulary
from storage.vocabulary import HEALTHY, SOUND, WALKED, Outcome, Verdict, iso, local

ROOT = Path(vocabulary.__file__).parents[1]
# Words that mean nothing else in this program; "new", "gone", "frozen" … have other uses beside these.
OURS = {"not_an_article", "redirected", "quiet", "degraded", "broken", "unreachable", "died", "soft_404"}
EXPLAINED = {
    "pipelines/article/kinds.py": {"soft_404"},  # the kinds of pages
    "pipelines/files/filetext.py": {"broken"},  # how the reading of a file ended
    "storage/coverage/months.py": {"unreachable"},  # the state of a month
    "storage/driver.py": {"unreachable"},  # what psycopg says of a network
}


def sources() -> Iterator[tuple[str, ast.Module]]:
    for package in ("crawler", "pipelines", "storage", "web"):
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts and path != Path(vocabulary.__file__):
                yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def test_no_other_module_spells_the_words_or_the_zone() -> None:
    faults = []
    for name, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and node.value in OURS - EXPLAINED.get(name, set()):
                faults.append(f"{name}:{node.lineno}: {node.value}")
            if isinstance(node, ast.Name) and node.id == "ZoneInfo":
                faults.append(f"{name}:{node.lineno}: ZoneInfo")
    assert faults == []


def test_no_other_module_lists_verdicts_or_outcomes() -> None:
    faults = []
    for name, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Tuple | ast.Set | ast.List):
                said = {one.value for one in node.elts if isinstance(one, ast.Constant)}
                if len(said) > 1 and (said <= set(Outcome) or said <= set(Verdict)):
                    faults.append(f"{name}:{node.lineno}: {said}")
    assert faults == []


def test_the_status_page_ranks_every_verdict() -> None:
    script = (ROOT / "crawler" / "report" / "table.js").read_text(encoding="utf-8")
    [ranked] = re.findall(r"^const SEVERITY = (\[.*\]);$", script, re.MULTILINE)
    assert set(Verdict) - set(ast.literal_eval(ranked)) == set()


def test_what_the_sets_of_verdicts_leave_out() -> None:
    attention = {Verdict.MOVED, Verdict.DEGRADED, Verdict.BROKEN, Verdict.UNREACHABLE, Verdict.DIED}
    assert set(Verdict) - HEALTHY == attention
    assert set(Verdict) - SOUND == attention
    assert set(Verdict) - WALKED == attention - {Verdict.DEGRADED}


def test_wall_time_is_that_of_vietnam() -> None:
    moment = datetime(2026, 11, 21, 17, 30, 0, 900, tzinfo=UTC)
    assert local(moment) == moment
    assert local(moment).date().isoformat() == "2026-11-22"
    assert iso(moment) == "2026-11-22T00:30:00+07:00"


@pytest.mark.parametrize("word", [*Outcome, *Verdict])
def test_a_word_is_its_text(word: str) -> None:
    assert f"{word}" == word == word.__class__(str(word))
    assert str(word).islower()
