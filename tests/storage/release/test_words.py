"""What the publisher says of a release, and the codebook's words."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crawler.cli import main
from crawler.config import release_table
from storage.database import open_database
from storage.errors import StorageError
from storage.export.columns import days
from storage.release.about import About, about
from storage.release.documents.citation import citation, licence
from storage.release.documents.codebook import PAGE, page
from storage.release.files import Written
from storage.release.package import State, package
from tests.storage.release.world import ABOUT


def test_the_codebook_of_the_guides_is_made_of_the_tables_in_words() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make codebook`"


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"license": "CC0-1.0"}, "unknown key license; there are licence, rights_note"),
        ({"licence": 1}, "licence must be a string in quotes"),
        ({"doi": "zenodo.123"}, "is no DOI"),
        ({"creators": "Bình"}, "creators must be a list"),
        ({"creators": [{"orcid": "0000-0002-1825-0097"}]}, "a creator has a name"),
        ({"creators": [{"name": "Bình", "orcid": "0000-0002-1825-0098"}]}, "is no ORCID"),
    ],
)
def test_a_fault_of_the_table_is_named(table: dict[str, Any], said: str) -> None:
    with pytest.raises(StorageError, match=said):
        about(table)


@pytest.mark.parametrize(
    ("said", "url", "spdx"),
    [
        ("CC-BY-NC-4.0", "https://creativecommons.org/licenses/by-nc/4.0/", "CC-BY-NC-4.0"),
        ("ODbL-1.0", "https://opendatacommons.org/licenses/odbl/1-0/", "ODbL-1.0"),
        ("https://example.org/terms", "https://example.org/terms", ""),
        ("Chỉ dùng cho nghiên cứu", "", ""),
        ("CC-BYE-4.0", "", ""),
    ],
)
def test_licences(said: str, url: str, spdx: str) -> None:
    found = about({"licence": said, "doi": "https://doi.org/10.5281/zenodo.7"})
    assert (found.licence_url, found.spdx, found.doi) == (url, spdx, "10.5281/zenodo.7")


def described(said: About) -> dict[str, Any]:
    files = [Written("data/articles.csv", 1, "0" * 64, 1)]
    return package(State("2026.11.28", "2026-11-28", "", "0" * 64), said, files)


def test_who_made_it_is_cited_and_nobody_is_invented() -> None:
    told = citation(described(ABOUT))
    assert '  - family-names: "Nguyễn"\n    given-names: "Thị Bình"\n' in told
    assert '    orcid: "https://orcid.org/0000-0002-1825-0097"\n  - name: "Phòng Lưu trữ"\n' in told
    assert 'license: "CC-BY-4.0"\n' in told
    assert "Texts belong to the portals." in (licence(described(ABOUT)) or "")
    nobody = described(About())
    assert not {"licenses", "contributors", "contact", "id"} & nobody.keys()
    assert licence(nobody) is None


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("2023", ("2023-01-01", "2023-12-31")),
        ("2023-02", ("2023-02-01", "2023-02-28")),
        ("2024-02", ("2024-02-01", "2024-02-29")),
        ("2023-10-26T00:15:00+07:00", ("2023-10-26", "2023-10-26")),
        (None, None),
        ("", None),
    ],
)
def test_days_that_a_date_can_mean(printed: str | None, expected: tuple[str, str] | None) -> None:
    found = days(printed)
    assert (found and tuple(map(str, found))) == expected


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """Runs `huyen` in a folder with an empty archive."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HUYEN_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("HUYEN_LANG", "en")
    (tmp_path / "data").mkdir()
    open_database(f"sqlite:///{tmp_path / 'data' / 'archive.db'}").close()
    (tmp_path / "nghe-an.toml").write_text('[do-luong]\nname = "Đô Lương"\nkind = "huyện"\ncode = "427"\n')
    monkeypatch.setenv("HUYEN_REGISTRY", str(tmp_path / "nghe-an.toml"))

    def of(*arguments: str) -> tuple[int, str, str]:
        status = main(["release", *arguments])
        told = capsys.readouterr()
        return status, told.out, told.err

    return of


def test_a_strict_release_needs_a_licence(run: Callable[..., tuple[int, str, str]], tmp_path: Path) -> None:
    status, _, err = run()
    assert (status, "the licence is not stated" in err) == (0, True)
    assert run("--strict")[0] == 1
    (tmp_path / "huyen.toml").write_text('[release]\nlicence = "CC0-1.0"\n')
    status, out, err = run("--strict", "-o", "out")
    assert (status, "licence" in err) == (0, False)
    (folder,) = (tmp_path / "out").iterdir()
    assert str(folder) in out
    assert json.loads((folder / "datapackage.json").read_text())["licenses"][0]["name"] == "CC0-1.0"
    assert release_table(tmp_path) == {"licence": "CC0-1.0"}


def test_wrong_use_starts_nothing(run: Callable[..., tuple[int, str, str]], tmp_path: Path) -> None:
    assert run("--partition", "month")[0] == 2
    assert run("--without", "title")[0] == 2
    assert run("--since", "nowhere")[0] in (1, 2)
    (tmp_path / "huyen.toml").write_text('[release]\nlizenz = "CC0-1.0"\n')
    status, _, err = run()
    assert (status, "unknown key lizenz" in err) == (2, True)
    assert not (tmp_path / "data" / "releases").exists()
