"""What docs/operations tells an operator to paste, held against the program and the tools that read it."""

from __future__ import annotations

import configparser
import json
import re
import shlex
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.config import PREFIX, Config
from crawler.night.night import Night
from crawler.night.summary import summary
from storage.vocabulary import Verdict
from tests import test_docs as docs

FOLDER = Path(__file__).parents[3] / "docs" / "operations"
GUIDE = "docs/operators.md"


def said(*command: str | Path) -> str:
    """What a tool of the machine objects to; nothing where it is not installed."""
    if not shutil.which(str(command[0])):
        return ""
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    return "" if done.returncode == 0 else done.stderr or done.stdout or "failed"


def test_the_commands_of_the_guide_exist() -> None:
    found = list(docs.commands(GUIDE))
    assert len(found) > 15
    assert [fault for command in found if (fault := docs.unknown(command))] == []


def test_the_guide_links_to_every_file_to_paste() -> None:
    text = docs.text(GUIDE) + docs.text("docs/browser.md")
    targets = re.findall(r"\]\((operations/[^)\s#]+)", text)
    assert {Path(target).name for target in targets} == {path.name for path in FOLDER.iterdir()}
    assert [target for target in targets if not (FOLDER.parent / target).is_file()] == []


def test_the_guide_knows_every_verdict() -> None:
    shown = set(re.findall(r"`(\w+)`", " ".join(re.findall(r"^### .*$", docs.text(GUIDE), re.MULTILINE))))
    assert shown == set(Verdict)


def test_the_guide_has_the_keys_of_the_summary() -> None:
    table = docs.section(GUIDE, "The summary")
    rows = [row.split("|")[1] for row in table.splitlines() if row.startswith("| `")]
    keys = {key for row in rows for key in re.findall(r"`(\w+)`", row)}
    written = summary(Night([]), [], datetime.now(UTC), 1.0) | {"unseen": 0, "files": None}  # by the command
    assert keys == written.keys() - {"schema"}
    assert f"`schema` is {written['schema']}." in table
    assert json.dumps(written, default=str)


@pytest.mark.parametrize("name", sorted(path.name for path in FOLDER.iterdir()))
def test_settings_are_those_of_the_program(name: str) -> None:
    known = {PREFIX + field.upper() for field in Config.model_fields}
    assert set(re.findall(rf"{PREFIX}[A-Z_]+", (FOLDER / name).read_text())) - known == set()


@pytest.mark.slow
def test_the_crontab_has_five_fields_and_commands_that_exist() -> None:
    lines = [line for line in (FOLDER / "crontab").read_text().splitlines() if re.match(r"[\d*]", line)]
    for line in lines:
        assert re.match(r"([\d*]+ ){5}cd /srv/huyen && ", line)
        command = line.split(" ", 5)[5]
        assert "%" not in command  # cron reads it as the end of the line
        assert said("sh", "-n", "-c", command) == ""
        assert (found := re.search(r"\.venv/bin/(huyen .+?) >>", command))
        assert docs.unknown(found[1]) is None
    assert len(lines) == 2


@pytest.mark.slow
def test_the_lock_of_the_crontab_lets_one_in(tmp_path: Path) -> None:
    line = next(line for line in (FOLDER / "crontab").read_text().splitlines() if "flock" in line)
    options = shlex.split(line.partition("flock ")[2].partition(" data/")[0])
    lock = tmp_path / "cron.lock"
    with subprocess.Popen(
        ["flock", *options, lock, "sh", "-c", "echo in; read go"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as first:
        assert first.stdout
        while b"in\n" not in first.stdout.readline():
            pass
        second = subprocess.run(["flock", *options, lock, "true"], capture_output=True, text=True, timeout=30)
        assert (second.returncode, len(second.stderr.splitlines())) == (2, 1)
        first.communicate(b"\n", timeout=30)


@pytest.mark.slow
def test_the_units_are_understood_by_systemd(tmp_path: Path) -> None:
    for name in ("huyen.service", "huyen.timer"):
        text = (FOLDER / name).read_text()
        unit = configparser.ConfigParser(interpolation=None, strict=True)
        unit.optionxform = str  # type: ignore[assignment,method-assign]
        unit.read_string(text)
        if name == "huyen.service":
            for key in ("ExecStart", "ExecStopPost"):
                assert docs.unknown(unit["Service"][key].removeprefix("/srv/huyen/.venv/bin/")) is None
            assert unit["Service"]["KillMode"] == "mixed"  # else each crawl gets the signal twice
            text = text.replace("/srv/huyen/.venv/bin/huyen", "/bin/true")
        else:
            assert said("systemd-analyze", "calendar", unit["Timer"]["OnCalendar"]) == ""
        (tmp_path / name).write_text(text)
    assert said("systemd-analyze", "verify", *(tmp_path / n for n in ("huyen.service", "huyen.timer"))) == ""


def test_the_containerfile_copies_what_there_is_and_all_that_is_imported() -> None:
    root = FOLDER.parents[1]
    copied = re.findall(r"^COPY (.+) \S+$", (FOLDER / "Containerfile").read_text(), re.MULTILINE)
    sources = [source for line in copied for source in line.split()]
    assert [source for source in sources if not (root / source).exists()] == []
    assert {"crawler", "pipelines", "storage", "requirements.lock", "pyproject.toml"} <= set(sources)


@pytest.mark.slow
def test_the_compose_file_is_understood_by_docker(monkeypatch: pytest.MonkeyPatch) -> None:
    text = (FOLDER / "compose.yaml").read_text()
    (context,) = re.findall(r"context: (\S+)", text)
    (file,) = re.findall(r"dockerfile: (\S+)", text)
    assert (FOLDER / context / file).resolve() == FOLDER / "Containerfile"
    (url,) = re.findall(r"HUYEN_DATABASE_URL: (\S+?)\$", text)
    assert url == "postgresql+psycopg://huyen:"
    assert "\t" not in text
    monkeypatch.setenv("POSTGRES_PASSWORD", "x")
    if said("docker", "compose", "version") == "":
        assert said("docker", "compose", "-f", FOLDER / "compose.yaml", "config", "--quiet") == ""
