"""Several layers make one registry: the later one wins, key by key, and each value knows its file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from crawler import config
from crawler.errors import ConfigError
from crawler.registry.load import load
from crawler.registry.raw import DISTRICT

BASE = """
province = "Nghệ An"
[defaults]
family = "vnpt"
companions = ["files.nghean.example"]
[do-luong]
name = "Đô Lương"
kind = "huyện"
code = "427"
[[do-luong.portals]]
url = "https://doluong.nghean.example"
status = "unseen"
source = "a list of sites"
year = 2022
unverified = ["sections"]
[[do-luong.portals]]
url = "https://doluong.example"
family = "wordpress"
status = "unseen"
"""


def layers(folder: Path, *own: str, base: str = BASE) -> list[Path]:
    """Writes `base` and then each of `own` as nghe-an.toml of a layer."""
    found = []
    for n, text in enumerate((base, *own)):
        found.append(folder / f"layer{n}")
        found[-1].mkdir()
        (found[-1] / "nghe-an.toml").write_text(text, encoding="utf-8")
    return found


def test_a_province_says_once_what_its_portals_share(tmp_path: Path) -> None:
    (district,) = load(layers(tmp_path)).strict().districts
    first, second = district.portals
    assert (first.family, first.companions) == ("vnpt", ("files.nghean.example",))
    assert (second.family, second.companions) == ("wordpress", ("files.nghean.example",))


def test_ones_own_entry_adds_to_the_portal_at_the_same_address(tmp_path: Path) -> None:
    own = '[[do-luong.portals]]\nurl = "http://www.doluong.nghean.example/"\nstatus = "live"\ndelay = 3\n'
    (district,) = load(layers(tmp_path, own)).strict().districts
    first, second = district.portals
    assert (first.url, first.status, first.delay) == ("http://www.doluong.nghean.example/", "live", 3)
    assert (first.source, first.family, district.name) == ("a list of sites", "vnpt", "Đô Lương")
    assert second.status == "unseen"


def test_ones_own_entry_adds_a_portal_and_a_district(tmp_path: Path) -> None:
    own = (
        '[[do-luong.portals]]\nurl = "https://moi.example"\n'
        '[ky-son]\nname = "Kỳ Sơn"\nkind = "huyện"\ncode = "417"\n'
        '[[ky-son.portals]]\nurl = "https://kyson.example"\n'
    )
    registry = load(layers(tmp_path, own)).strict()
    assert [p.url for p in registry.resolve("do-luong").portals][2:] == ["https://moi.example"]
    assert registry.resolve("ky-son").portals[0].family == "vnpt"  # what the province says holds for it, too


def test_ones_own_entry_stands_in_the_place_of_another(tmp_path: Path) -> None:
    own = (
        '[do-luong]\nreplace = true\nname = "Đô Lương"\nkind = "huyện"\ncode = "427"\n'
        '[[do-luong.portals]]\nurl = "https://moi.example"\n'
    )
    (district,) = load(layers(tmp_path, own)).strict().districts
    assert [(p.url, p.source) for p in district.portals] == [("https://moi.example", None)]


def test_a_portal_that_moved_takes_the_place_of_its_former_host(tmp_path: Path) -> None:
    own = '[[do-luong.portals]]\nurl = "https://new.example"\nformer = ["doluong.nghean.example"]\n'
    (district,) = load(layers(tmp_path, own)).strict().districts
    first = district.portals[0]
    assert (len(district.portals), first.url, first.status) == (2, "https://new.example", "live")
    assert (first.source, first.unverified) == (None, ())  # that was said of the old address


def test_what_a_later_layer_says_for_the_province_holds_for_every_layer(tmp_path: Path) -> None:
    (district,) = load(layers(tmp_path, '[defaults]\ndelay = 5\nfamily = "generic"\n')).strict().districts
    assert [(p.family, p.delay) for p in district.portals] == [("generic", 5), ("wordpress", 5)]


def test_each_value_knows_its_file_and_table(tmp_path: Path) -> None:
    own = '[defaults]\ndelay = 5\n[[do-luong.portals]]\nurl = "https://doluong.example"\nstatus = "gone"\n'
    base, mine = (folder / "nghe-an.toml" for folder in layers(tmp_path, own))
    entry = load([base.parent, mine.parent]).entries["nghe-an.do-luong"]
    found = {
        key: (entry.origin(*key).file, entry.origin(*key).table)
        for key in [
            (DISTRICT, "name"),
            (0, "source"),
            (0, "family"),
            (0, "delay"),
            (1, "status"),
            (1, "family"),
        ]
    }
    assert found == {
        (DISTRICT, "name"): (base, "[do-luong]"),
        (0, "source"): (base, "[[do-luong.portals]] 1"),
        (0, "family"): (base, "[defaults]"),
        (0, "delay"): (mine, "[defaults]"),
        (1, "status"): (mine, "[[do-luong.portals]] 1"),
        (1, "family"): (base, "[[do-luong.portals]] 2"),
    }
    assert entry.origin(0, "family").inherited and not entry.origin(0, "source").inherited


def test_a_fault_is_named_by_the_file_where_it_stands(tmp_path: Path) -> None:
    own = '[[do-luong.portals]]\nurl = "https://doluong.example"\nstatus = "dead"\n'
    folders = layers(tmp_path, own)
    (fault,) = load(folders).errors
    assert str(fault).startswith(
        f"{folders[1]}/nghe-an.toml: [[do-luong.portals]] 1, key status: must be one"
    )


@pytest.mark.parametrize(
    ("defaults", "said"),
    [
        ('[defaults]\nurl = "https://a.example"\n', "[defaults], key url: unknown key; allowed: "),
        ('[defaults]\nstatus = "live"\n', "[defaults], key status: unknown key; allowed: "),
        ('[defaults]\nfamily = "vnp"\n', "[defaults], key family: unknown family"),
        ("[defaults]\ndelay = -1\n", "[defaults], key delay: must be"),
        ("[defaults]\nselect = { titel = [] }\n", "[defaults], key select.titel: unknown key; allowed: "),
        ("defaults = 1\n", "key defaults: must be a table"),
        ('[do-luong]\nreplace = "yes"\n', "[do-luong], key replace: must be true or false"),
    ],
    ids=lambda text: text.partition("\n")[0] if "\n" in text else "said",
)
def test_a_fault_of_a_whole_province_is_told_once(tmp_path: Path, defaults: str, said: str) -> None:
    folders = layers(tmp_path, defaults)
    registry = load(folders)
    (line,) = [str(fault) for fault in registry.errors]
    assert line.startswith(f"{folders[1]}/nghe-an.toml: {said}")


def test_the_registry_is_named_by_folders_files_and_the_word_bundled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUYEN_REGISTRY", os.pathsep.join(["bundled", str(tmp_path / "mine")]))
    settings = config.load(tmp_path)
    assert settings.registry == (config.BUNDLED_REGISTRY, tmp_path / "mine")
    assert (settings.layers, settings.own_registry) == (f"bundled:{tmp_path}/mine", tmp_path / "mine")
    monkeypatch.delenv("HUYEN_REGISTRY")
    (tmp_path / "huyen.toml").write_text('HUYEN_REGISTRY = ["bundled", "a", "b/nghe-an.toml"]\n')
    assert config.load(tmp_path).registry[1:] == (tmp_path / "a", tmp_path / "b/nghe-an.toml")
    assert config.load(tmp_path).own_registry == tmp_path / "b/nghe-an.toml"
    (tmp_path / "huyen.toml").write_text("HUYEN_REGISTRY = [1]\n")
    with pytest.raises(ConfigError, match="HUYEN_REGISTRY must be a string in quotes"):
        config.load(tmp_path)


def test_without_a_layer_of_ones_own_there_is_none(tmp_path: Path) -> None:
    assert config.load(tmp_path).own_registry is None
