"""README.md, DATASHEET.md and CHANGES.md of a release, from the templates beside this file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader

from storage.release.documents.citation import authors, publisher

Package = Mapping[str, Any]
# size_categories of Hugging Face: the name of each bound
_BOUNDS = {1_000: "1K", 10_000: "10K", 100_000: "100K", 1_000_000: "1M", 10_000_000: "10M"}


def readme(package: Package) -> str:
    """Returns README.md. It begins with the front matter that Hugging Face reads, then names the licence."""
    parquet = [one["path"] for one in package["resources"] if one["format"] == "parquet"]
    by_year = any("/year=" in path for path in parquet)
    (rows,) = (one["rows"] for one in package["resources"] if one["name"] == "articles")
    licences = [one["name"].lower() for one in package.get("licenses", ()) if one["name"] != "other"]
    tables = [one for one in package["resources"] if one["format"] == "csv" and one["name"] != "articles"]
    files = "data/articles.csv"
    if parquet:
        files = "data/articles/**/*.parquet" if by_year else "data/articles*.parquet"
    return _render(
        "readme.md.j2",
        package,
        rows=rows,
        size=_size(rows),
        hub_licence=licences[0] if licences else "",
        data_files=files,
        others=tables,
        parquet=parquet and ("data/articles" if by_year or len(parquet) > 1 else parquet[0]),
    )


def datasheet(package: Package) -> str:
    """Returns DATASHEET.md."""
    return _render("datasheet.md.j2", package)


def change_log(package: Package, counts: Mapping[str, int]) -> str:
    """Returns CHANGES.md: how many articles differ from the release before, by kind."""
    previous = package.get("previous")
    lines = ["# Changes", "", f"## {package['version']}", ""]
    if previous:
        lines += [f"Since {previous['name']} (`{previous['fingerprint']}`):", ""]
        lines += [f"- {kind}: {count}" for kind, count in sorted(counts.items())] or ["- no article differs"]
        lines += ["", f"Article by article: `changes/since-{previous['version']}.csv`."]
    else:
        lines.append("Not compared with an earlier release.")
    return "\n".join([*lines, ""])


def _render(name: str, package: Package, **more: Any) -> str:
    said = {"authors": authors(package), "publisher": publisher(package)}
    return _templates().get_template(name).render(package=package, **said, **more).rstrip() + "\n"


@cache
def _templates() -> Environment:
    found = Environment(loader=FileSystemLoader(Path(__file__).parent))  # noqa: S701 (Markdown has no escapes)
    found.filters["quoted"] = partial(json.dumps, ensure_ascii=False)
    return found


def _size(rows: int) -> str:
    """Returns in which class of sizes a dataset of so many rows is."""
    below = [bound for bound in _BOUNDS if bound <= rows]
    above = [bound for bound in _BOUNDS if bound > rows]
    if not below:
        return "n<1K"
    return f"{_BOUNDS[below[-1]]}<n<{_BOUNDS[above[0]]}" if above else "10M<n<100M"
