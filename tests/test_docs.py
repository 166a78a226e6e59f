"""What the documents say, held against the program: commands, options, columns, words, links."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import get_args
from urllib.parse import urlsplit

import pytest
from typer.main import get_command

from crawler.cli import app
from crawler.config import PREFIX, Config
from pipelines.items import DateSource, Precision
from storage.serve.columns import DEFAULT, REST
from storage.vocabulary import Outcome

ROOT = Path(__file__).parent.parent
GUIDES = ("README.md", "README.vi.md")
DOCS = (
    *GUIDES,
    "CHANGELOG.md",
    *("docs/architecture.md", "docs/codebook.md", "docs/decisions.md", "docs/operations.md"),
)
_FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def headings(name: str) -> list[tuple[int, str]]:
    """Level and text of each heading; what stands in a code block is none."""
    prose = _FENCE.sub("", text(name))
    return [(len(marks), title) for marks, title in re.findall(r"^(#+) (.+)$", prose, re.MULTILINE)]


def section(name: str, heading: str) -> str:
    """What stands under `heading` up to the next one of its level or above."""
    prose = text(name)
    start = re.search(rf"^(#+) {re.escape(heading)}$", prose, re.MULTILINE)
    assert start, f"{name} has no heading {heading!r}"
    end = re.compile(rf"^#{{1,{len(start[1])}}} ", re.MULTILINE).search(prose, start.end())
    return prose[start.end() : end.start() if end else None]


def first_cells(table: str) -> list[str]:
    """The names in backticks that begin the rows of a table."""
    return re.findall(r"^\| `([\w-]+)` ", table, re.MULTILINE)


def commands(name: str) -> Iterator[str]:
    """Every `huyen …` of a document, from lines of code blocks and from code within sentences."""
    prose = text(name)
    for block in _FENCE.findall(prose):
        for line in block.splitlines():
            if found := re.search(r"(?:^\$ |\.venv/bin/)(huyen .+?)(?: >> .*)?$", line):
                yield found[1]
    yield from re.findall(r"`(huyen [a-z][^`]*)`", _FENCE.sub("", prose))


def unknown(command: str) -> str | None:
    """What of `command` the program does not have: a subcommand or an option."""
    at = get_command(app)
    _, *words = shlex.split(command)
    for word in words:
        if not (inner := getattr(at, "commands", {})):
            break
        if word not in inner:
            return f"no command {word} in {command!r}"
        at = inner[word]
    options = {"--help", "-", *(option for parameter in at.params for option in parameter.opts)}
    stranger = next((w for w in words if w.startswith("-") and w not in options), None)
    return stranger and f"no option {stranger} in {command!r}"


@pytest.mark.parametrize("name", DOCS)
def test_commands_and_options_exist(name: str) -> None:
    found = list(commands(name))
    assert [fault for command in found if (fault := unknown(command))] == []
    assert found or name not in GUIDES


@pytest.mark.parametrize("wrong", ["huyen fetch", "huyen crawl --fast", "huyen db drop"])
def test_an_unknown_command_is_noticed(wrong: str) -> None:
    assert unknown(wrong) is not None


def test_every_command_is_in_the_readme() -> None:
    shown = {command.split()[1] for command in commands("README.md")}
    assert set(getattr(get_command(app), "commands", {})) - shown == set()


@pytest.mark.parametrize("name", GUIDES)
def test_make_targets_exist(name: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", text("Makefile"), re.MULTILINE))
    shown = set(re.findall(r"^make ([a-z]+)$|`make ([a-z]+)`", text(name), re.MULTILINE))
    used = {first or second for first, second in shown}
    assert used - targets == set()
    assert {"demo", "test"} <= used


@pytest.mark.parametrize("name", GUIDES)
def test_settings_are_those_of_the_program(name: str) -> None:
    heading = {"README.md": "Configuration", "README.vi.md": "Cấu hình"}[name]
    assert first_cells(section(name, heading)) == [PREFIX + field.upper() for field in Config.model_fields]


def test_the_codebook_has_the_columns_of_an_export_in_order_and_no_other() -> None:
    assert first_cells(section("docs/codebook.md", "Default columns")) == [c.name for c in DEFAULT]
    further = "Further columns (`--columns all`, and JSON lines)"
    assert first_cells(section("docs/codebook.md", further)) == [c.name for c in REST]


def test_the_codebook_has_the_words_of_the_program() -> None:
    dates = set(first_cells(section("docs/codebook.md", "Dates"))) - {
        "published_source",
        "published_precision",
    }
    assert dates == {*get_args(DateSource), *get_args(Precision)}
    assert first_cells(section("docs/codebook.md", "Outcomes")) == [str(outcome) for outcome in Outcome]


def test_the_readme_names_the_verdicts_of_the_codebook() -> None:
    verdicts = first_cells(section("docs/codebook.md", "Verdicts"))
    for name, heading in (("README.md", "What came of it"), ("README.vi.md", "Kết quả")):
        listed = re.search(r"[^.\n]*`ok`[^\n]*`died`", section(name, heading))
        assert listed
        assert re.findall(r"`(\w+)`", listed[0]) == verdicts


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads(text("pyproject.toml"))["project"]
    needed = {re.split(r"[^\w.-]", requirement)[0] for requirement in project["dependencies"]}
    table = section("docs/decisions.md", "Dependencies")
    explained = {
        n for row in re.findall(r"^\| (\w[\w ,-]+) \|", table, re.MULTILINE) for n in row.split(", ")
    }
    assert explained - {"package"} == needed


def test_every_module_of_the_map_exists() -> None:
    named = [
        (package, module)
        for package, table in re.findall(
            r"\*\*(\w+)/\*\*\n\n(.+?)\n\n", section("docs/architecture.md", "Map"), re.DOTALL
        )
        for row in table.splitlines()[2:]
        for module in re.findall(r"`([\w/]+)`", row.split("|")[1])
    ]
    assert len(named) > 50
    places = [(ROOT / package / module, ROOT / package / f"{module}.py") for package, module in named]
    assert [str(place[1]) for place in places if not any(one.exists() for one in place)] == []


@pytest.mark.parametrize("name", DOCS)
def test_links_lead_somewhere(name: str) -> None:
    lost = []
    for target in re.findall(r"\]\(([^)\s]+)\)", _FENCE.sub("", text(name))):
        path, _, anchor = target.partition("#")
        file = (ROOT / name).parent / path if path else ROOT / name
        if not file.is_file():
            lost.append(target)
        elif anchor:
            titles = headings(str(file.resolve().relative_to(ROOT)))
            slugs = {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for _, title in titles}
            lost += [target] if anchor not in slugs else []
    assert lost == []


@pytest.mark.parametrize("name", DOCS)
def test_addresses_are_of_portals_or_of_loopback(name: str) -> None:
    hosts = {urlsplit(url).hostname or "" for url in re.findall(r"https?://[^\s`|\"')>]+", text(name))}
    assert {host for host in hosts if host != "127.0.0.1" and not host.endswith(".gov.vn")} == set()


def test_the_vietnamese_guide_has_the_parts_of_the_english_one() -> None:
    english = [level for level, _ in headings("README.md")]
    archivists = [title for _, title in headings("README.md")].index("For archivists")
    assert [level for level, _ in headings("README.vi.md")] == english[: archivists + 1]


def test_the_vietnamese_guide_shows_no_other_commands() -> None:
    assert set(commands("README.vi.md")) - set(commands("README.md")) == set()
