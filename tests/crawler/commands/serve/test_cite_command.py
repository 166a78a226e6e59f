"""`huyen cite`: articles by id, version and URL; releases by folder; what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crawler.cli import main
from storage.articles.queries import sync_registry
from storage.database import open_database
from tests.storage.making import DISTRICTS, PORTAL, article, keep


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with an archive of one article in two versions."""
    url = f"sqlite:///{tmp_path / 'archive.db'}"
    database = open_database(url)
    sync_registry(database, DISTRICTS)
    first = article("a", title="Đê điều", published_at="2023-10", published_precision="month")
    keep(database, [first])
    keep(database, [article("a", 30, title="Đê điều 2", published_at="2023-10", published_precision="month")])
    database.close()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HUYEN_DATABASE_URL", url)
    return tmp_path


def test_an_article_is_cited_by_id_version_and_address(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key = article("a").id
    said = []
    for name in (key, f"huyen:{key}", key[:8], f"{PORTAL}/a", f"{key}/2", f"{key}/1"):
        assert main(["cite", name]) == 0
        said.append(capsys.readouterr().out)
    assert len(set(said[:5])) == 1
    assert said[0].startswith("Huyện Đô Lương, Nghệ An. (2023, October). Đê điều 2. doluong.nghean.gov.vn. ")
    assert f"[huyen:{key}/1; archived 2024-01-01T08:00:00+07:00; " in said[5]
    assert main(["cite", key, "--format", "csl"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["title"] == "Đê điều 2"


def test_a_release_is_cited_by_its_folder_and_its_version(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    release = folder / "huyen-2026.11.28"
    release.mkdir()
    package = {"name": "huyen", "title": "Tin", "version": "2026.11.28", "released": "2026-11-28"}
    (release / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    assert main(["cite", "huyen-2026.11.28", "--format", "bibtex"]) == 0
    assert main(["cite", str(release / "datapackage.json"), "--format", "bibtex"]) == 0
    one, other = capsys.readouterr().out.split("}\n@")
    assert one.splitlines()[1:] == other.splitlines()[1:-1]
    assert one.startswith("@dataset{huyen_2026_11_28,")
    monkeypatch.setenv("HUYEN_DATA", str(folder / "data"))
    assert main(["cite", "2026.11.28", "--format", "bibtex"]) == 0
    assert capsys.readouterr().out.splitlines()[1:] == [*one.splitlines()[1:], "}"]
    (folder / "data" / "releases").mkdir(parents=True)
    release.rename(folder / "data" / "releases" / release.name)
    assert main(["cite", "2026.11.28", "--format", "bibtex"]) == 0
    assert capsys.readouterr().out.splitlines()[1:] == [*one.splitlines()[1:], "}"]
    assert main(["cite", "2026.11.29"]) == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["{key}/9"], "article {key} has no version 9"),
        (["ffffffffffffffff"], "the archive has no article ffffffffffffffff"),
        (["1234"], "too short"),
        (["x"], "neither an id"),
        (["."], "is no release: it has no datapackage.json"),
        (["broken/datapackage.json"], "cannot be read as the description of a release"),
        (["list"], "cannot be read as the description of a release"),
        (["{key}", "--format", "mla"], "no format 'mla'; there are apa, bibtex, csl"),
    ],
)
def test_what_cannot_be_cited_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    for name, text in (("broken", "{"), ("list", "[]")):
        (folder / name).mkdir()
        (folder / name / "datapackage.json").write_text(text)
    key = article("a").id
    assert main(["cite", *(one.format(key=key) for one in arguments)]) == 2
    out, err = capsys.readouterr()
    assert (out, said.format(key=key) in err) == ("", True)
