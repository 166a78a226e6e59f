"""What the documents say, held against the program: commands, options, columns, words, links."""

from __future__ import annotations

import ast
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import get_args
from urllib.parse import urlsplit

import pytest
from typer.main import get_command

from crawler.check.look import WORDS
from crawler.cli import app
from crawler.config import PREFIX, Config
from crawler.registry.entries import District, Portal, Select
from crawler.registry.faults import DERIVED
from crawler.report.census import COLUMNS, Gap
from crawler.reread.replay import OFF_SITE
from crawler.verdict.judge import DEFAULTS
from crawler.verdict.tally import FIELDS, Tally
from pipelines.dating.line import Kind
from pipelines.items import DateSource, Precision
from storage.articles.reread import LOST, REREAD
from storage.coverage import months, quality
from storage.export.columns import DEFAULT, REST
from storage.language.codes import CODES
from storage.schema import REVISION
from storage.serve.stories import KINDS
from storage.serve.timeline import EDITED, EITHER
from storage.vocabulary import COMPLETE, UNFINISHED, Outcome, State, Verdict

ROOT = Path(__file__).parent.parent
GUIDES = ("README.md", "README.vi.md")
DOCS = (
    *GUIDES,
    "CHANGELOG.md",
    *sorted(str(path.relative_to(ROOT)) for path in (ROOT / "docs").rglob("*.md")),
)
PACKAGES = ("crawler", "pipelines", "storage", "web")
TOP = (*PACKAGES, "tests", "fixtures", "benchmarks", "docs")
INSIDE = (*(name for name in DOCS if name != "CHANGELOG.md"), "benchmarks/README.md", "fixtures/README.md")
VIETNAMESE = ("README.vi.md", "docs/vi/")
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
        # `huyen districts ID` means `huyen districts show ID`
        default = inner.get(getattr(at, "default", None))
        if word not in inner and default is None:
            return f"no command {word} in {command!r}"
        at = inner.get(word, default)
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


def test_the_readme_stays_short_and_its_pictures_light() -> None:
    assert len(text("README.md").splitlines()) < 250
    shown = {target for name in GUIDES for target in re.findall(r"!\[.+?\]\((.+?)\)", text(name))}
    pictures = {f"docs/pictures/{path.name}": path for path in (ROOT / "docs" / "pictures").iterdir()}
    assert shown == pictures.keys()
    assert [name for name, path in pictures.items() if path.stat().st_size > 150_000] == []


@pytest.mark.parametrize("guide", GUIDES)
def test_every_command_is_in_the_readme(guide: str) -> None:
    shown = {command.split()[1] for command in commands(guide)}
    assert set(getattr(get_command(app), "commands", {})) - shown == set()


@pytest.mark.parametrize("name", INSIDE)
def test_make_targets_exist(name: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", text("Makefile"), re.MULTILINE))
    shown = set(re.findall(r"^ *make ([a-z]+)$|`make ([a-z]+)`", text(name), re.MULTILINE))
    used = {first or second for first, second in shown}
    assert used - targets == set()
    assert {"demo", "test"} <= used or name not in GUIDES


def test_contributors_are_told_every_make_target() -> None:
    targets = set(re.findall(r"^([a-z]+):.*## ", text("Makefile"), re.MULTILINE))
    assert set(re.findall(r"`make (\w+)`", section("docs/contributing.md", "Set up"))) == targets


@pytest.mark.parametrize("name", ["docs/configuration.md", "docs/vi/operators.md"])
def test_settings_are_those_of_the_program(name: str) -> None:
    table = text(name) if name.endswith("configuration.md") else section(name, "Cấu hình")
    names = [cell for cell in first_cells(table) if cell.startswith(PREFIX)]
    assert names == [PREFIX + field.upper() for field in Config.model_fields]


def test_the_registry_has_the_keys_of_the_program() -> None:
    guide = "docs/registry.md"
    assert set(first_cells(section(guide, "Keys of a district"))) == District.model_fields.keys() - DERIVED
    portal = section(guide, "Keys of a portal").partition("\n### ")[0]
    assert first_cells(portal) == list(Portal.model_fields)
    chosen = re.findall(
        r"`(\w+)`", " ".join(re.findall(r"^\| (`.+?) \|", section(guide, "`select`"), re.MULTILINE))
    )
    assert set(chosen) == Select.model_fields.keys()
    assert set(first_cells(section(guide, "`expect`"))) == DEFAULTS.keys()
    for name, value in re.findall(r"^\| `(\w+)` \| `([\d.]+)` ", section(guide, "`expect`"), re.MULTILINE):
        assert DEFAULTS[name] == float(value)


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


def test_the_codebook_has_the_states_of_a_check_and_the_columns_of_the_census() -> None:
    assert first_cells(section("docs/codebook.md", "States")) == [str(state) for state in State]
    assert set(WORDS) == set(State)
    census = section("docs/codebook.md", "Census")
    assert first_cells(census) == [*COLUMNS, *(str(gap) for gap in Gap)]


def test_the_codebook_has_the_columns_and_words_of_coverage_and_quality() -> None:
    words = [*months.State, *months.Reason]
    assert first_cells(section("docs/codebook.md", "Coverage")) == [*months.Month._fields, *map(str, words)]
    assert first_cells(section("docs/codebook.md", "Quality")) == list(quality.Quality._fields)


def test_the_readme_names_the_verdicts_of_the_codebook() -> None:
    verdicts = first_cells(section("docs/codebook.md", "Verdicts"))
    for name, heading in (("README.md", "For operators"), ("README.vi.md", "Dành cho người vận hành")):
        listed = re.search(r"[^.\n]*`ok`[^\n]*`died`", section(name, heading))
        assert listed
        assert re.findall(r"`(\w+)`", listed[0]) == verdicts


def test_every_decision_says_what_and_when_to_revisit_it() -> None:
    prose = text("docs/decisions.md").partition("\n## Dependencies")[0]
    entries = re.findall(r"^### (.+?)$(.+?)(?=^##|\Z)", prose, re.MULTILINE | re.DOTALL)
    assert len(entries) > 20
    last = {title: said.strip().splitlines()[-1] for title, said in entries}
    assert [title for title, line in last.items() if not line.startswith("**Revisit when**")] == []
    assert [title for title, said in entries if "\n**What.** " not in said] == []


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads(text("pyproject.toml"))["project"]
    needed = {re.split(r"[^\w.-]", requirement)[0] for requirement in project["dependencies"]}
    table = section("docs/decisions.md", "Dependencies")
    explained = {
        n for row in re.findall(r"^\| (\w[\w ,-]+) \|", table, re.MULTILINE) for n in row.split(", ")
    }
    assert explained - {"package"} == needed


def test_the_map_has_every_room_with_its_docstring() -> None:
    rooms = {}
    for package in PACKAGES:
        for file in (ROOT / package).rglob("__init__.py"):
            folder = str(file.parent.relative_to(ROOT))
            rooms[folder] = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    assert [folder for folder, said in rooms.items() if not said or "\n" in said] == []
    table = section("docs/contributing.md", "Map of the rooms")
    assert dict(re.findall(r"^\| `([\w/]+)/` \| (.+) \|$", table, re.MULTILINE)) == rooms


def lost(place: str) -> bool:
    """Whether a path of the project, or a function in a file (`path:name`), does not exist."""
    path, _, name = place.partition(":")
    file = ROOT / path
    if not name:
        return not file.exists()
    return not file.is_file() or not re.search(
        rf"^ *(?:async )?(?:def|class) {re.escape(name.rpartition('.')[2])}\b",
        file.read_text(encoding="utf-8"),
        re.MULTILINE,
    )


@pytest.mark.parametrize("name", INSIDE)
def test_paths_and_functions_exist(name: str) -> None:
    prose = _FENCE.sub("", text(name))
    named = re.findall(rf"`((?:{'|'.join(TOP)})/[\w./-]*(?::[\w.]+)?)`", prose)
    assert [place for place in named if "NAME" not in place and lost(place)] == []


@pytest.mark.parametrize(
    "wrong", ["crawler/nowhere.py", "crawler/cli.py:no_such_function", "pipelines/none/", "tests/cli.py:main"]
)
def test_a_lost_path_or_function_is_noticed(wrong: str) -> None:
    assert lost(wrong)


def test_the_glossary_has_the_words_of_the_program() -> None:
    every = set(re.findall(r"`([\w-]+)`", text("docs/glossary.md")))
    statuses = get_args(Portal.model_fields["status"].annotation)
    tally = Tally(requests=1, revisits=1, bytes=1, errors=1, words=[1])
    words = {*Outcome, *Verdict, *statuses, *FIELDS, *tally.counts()}
    words |= {COMPLETE, UNFINISHED, OFF_SITE, REREAD, LOST}
    words |= {*get_args(DateSource), *get_args(Precision), *get_args(Kind), *KINDS, EDITED, EITHER}
    words |= set(first_cells(section("docs/codebook.md", "Flags")))
    assert words - every == set()
    outcomes = first_cells(section("docs/glossary.md", "Outcomes"))
    assert outcomes == [str(outcome) for outcome in Outcome]
    assert first_cells(section("docs/glossary.md", "Verdicts")) == [str(verdict) for verdict in Verdict]


@pytest.mark.parametrize(
    "group", [name for name in CODES if name not in ("column", "field", "check", "run", "origin")]
)
def test_every_word_that_people_are_shown_stands_in_the_glossary_or_behind_its_links(group: str) -> None:
    behind = ("state", "gap", "reason", "rescue", "fault")  # the glossary names the page and the heading
    pages = ("docs/codebook.md", "docs/archivists.md") if group in behind else ()
    known = re.findall(r"`([^`\n]+)`", " ".join(map(text, ("docs/glossary.md", *pages))))
    files = set(CODES["file"]) if group == "reason" else set()
    assert set(CODES[group]) - set(known) - files == set()


def test_the_archivists_know_every_fault_of_a_verification() -> None:
    kinds = set(re.findall(r"Fault\(\s*\"(\w+)\"", text("storage/care/verify.py")))
    table = section("docs/archivists.md", "Verify")
    cells = " ".join(re.findall(r"^\| (`.+?) \|", table, re.MULTILINE))
    assert len(kinds) > 5
    assert set(re.findall(r"`(\w+)`", cells)) == kinds


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
    defaults = (Config.model_fields[field].default for field in Config.model_fields if field.endswith("_url"))
    archives = {urlsplit(url).hostname for url in defaults if url}
    allowed = {"127.0.0.1", *archives}
    assert {h for h in hosts if h not in allowed and not h.endswith(".gov.vn")} == set()


@pytest.mark.parametrize(
    ("english", "vietnamese"),
    [("README.md", "README.vi.md"), ("docs/operators.md", "docs/vi/operators.md")],
)
def test_the_vietnamese_guides_have_the_parts_of_the_english_ones(english: str, vietnamese: str) -> None:
    levels = [level for level, title in headings(vietnamese) if title != "Cấu hình"]
    assert levels == [level for level, _ in headings(english)]


def test_the_vietnamese_guides_show_no_other_commands() -> None:
    english = {command for name in DOCS if not name.startswith(VIETNAMESE) for command in commands(name)}
    shown = {command for name in DOCS if name.startswith(VIETNAMESE) for command in commands(name)}
    assert len(shown) > 20
    assert shown - english == set()


def test_the_guides_print_the_schema_of_today() -> None:
    paths = [*ROOT.glob("README*.md"), *(ROOT / "docs").rglob("*.md")]
    printed = {
        (str(path.relative_to(ROOT)), found)
        for path in paths
        for found in re.findall(r"^ *schema (\d{4})\b", path.read_text("utf-8"), re.MULTILINE)
    }
    assert {found for _, found in printed} == {REVISION}, printed
