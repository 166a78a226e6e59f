"""The sessions that the documents show, run on an archive of the fixture portals.

Each line that a document prints must be in what the command prints. What differs from run to run is masked:
ports, ids, digests, file names, large numbers, the day of a probe, and the width of columns.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from fixtures.districts import registry_for, write
from fixtures.portal import definitions
from fixtures.server import BASE_PORT, FixtureServer
from tests import test_docs as docs

ROOT = Path(__file__).parents[1]
DOCUMENTS = (
    "README.md",
    "README.vi.md",
    "docs/archivists.md",
    "docs/registry.md",
    "docs/researchers.md",
    "docs/search.md",
)
# What needs more than the archive of the demo: an edited article, a saved page, a portal that changed, wget.
OTHERS = (
    "huyen diff 5230f542",
    "huyen read page.html",
    "huyen replay gia-vien.warc.gz",
    "huyen backup",
)
MASKS = (
    (r"http://127\.0\.0\.1:\d+", "HOST"),
    (r"sha256:[A-Z2-7=]+", "DIGEST"),
    (r"[\w.-]+\.warc\.gz", "FILE"),
    (r"\b[0-9a-f]{16}\b", "ID"),
    (r"\bon 20\d\d-\d\d-\d\d\b", "on DAY"),
    (r"\b\d{5,}\b", "N"),
    (r"\bschema \d{4}\b", "schema N"),
    (r" {2,}", "  "),
)

pytestmark = pytest.mark.xdist_group("transcripts")  # one crawl serves all tests of this file


class Session(NamedTuple):
    """A command as a document shows it, and the lines that it shows of its output."""

    name: str
    command: str
    lines: list[str]


def sessions(name: str) -> Iterator[Session]:
    """The sessions of a document: in its code blocks, what follows each line that begins with `$ huyen`."""
    for block in docs._FENCE.findall(docs.text(name)):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, *lines = part.removesuffix("```").splitlines()
            if command.startswith("huyen ") and not command.startswith(OTHERS):
                yield Session(name, command, [line for line in lines if line.strip("… ")])


# A crawl and a check add to the archive, so they come last.
SESSIONS = sorted(
    (session for name in DOCUMENTS for session in sessions(name)),
    key=lambda session: session.command.startswith(("huyen crawl", "huyen districts check")),
)


def masked(line: str) -> str:
    for pattern, name in MASKS:
        line = re.sub(pattern, name, line)
    return line.strip()


class Demo(NamedTuple):
    """An archive as `make demo` leaves it, below `folder`, with its portals still up."""

    folder: Path
    server: FixtureServer
    printed: dict[str, str]

    def huyen(self, command: str) -> str:
        """What `command` prints, run once where data/demo is the archive; it has the ports that are here."""
        if command not in self.printed:
            self.printed[command] = self._run(command)
        return self.printed[command]

    def _run(self, command: str) -> str:
        for number, definition in enumerate(definitions()):
            command = command.replace(
                f"http://127.0.0.1:{BASE_PORT + number}", self.server.url(definition.key)
            )
        environment = {name: value for name, value in os.environ.items() if not name.startswith("HUYEN_")}
        environment |= {"HUYEN_DATA": "data/demo", "HUYEN_REGISTRY": "registry", "no_proxy": "127.0.0.1"}
        done = subprocess.run(
            [sys.executable, "-m", "crawler.cli", *shlex.split(command)[1:]],
            cwd=self.folder,
            env=environment | {"PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=300,
        )
        # a portal of the demo is older than its entry says
        assert done.returncode == (1 if command.startswith("huyen districts check") else 0), done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder = tmp_path_factory.mktemp("demo")
    with FixtureServer(base_port=0) as server:
        write(registry_for(server), folder / "registry")
        demo = Demo(folder, server, {})
        demo.huyen("huyen crawl --all")
        yield demo


@pytest.mark.parametrize("session", SESSIONS, ids=lambda session: f"{session.name}: {session.command}")
def test_a_session_prints_what_the_document_shows(session: Session, demo: Demo) -> None:
    printed = {masked(line) for line in demo.huyen(session.command).splitlines()}
    assert [line for line in session.lines if masked(line) not in printed] == []


def test_there_are_sessions_of_every_document() -> None:
    assert {session.name for session in SESSIONS} == set(DOCUMENTS)
    assert sum(bool(session.lines) for session in SESSIONS) > 15
