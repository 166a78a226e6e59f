"""The registry: one TOML file a province, one table a district, read into frozen `District` and `Portal`.

A damaged entry never hides the others: all faults of all files are collected, each named by file, table, key.
Text is brought to NFC before TOML reads it, so a name typed on a Mac equals the same name typed elsewhere.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from crawler.errors import RegistryError, UnknownDistrict
from crawler.registry.entries import District, Portal, province_name, site_key
from crawler.registry.faults import DERIVED, Fault, of_entry, of_toml, refusal, unknown_key
from storage.text import nfc, words

_ID = re.compile(r"[A-Za-z0-9_-]+")  # a bare TOML key: no id needs quoting in a shell or a file name
_BAD_ID = "letters a-z, digits, - and _ only, such as do-luong"


@dataclass(frozen=True, slots=True)
class Registry:
    """The districts that are whole, ordered by id, and the faults of those that are not."""

    districts: tuple[District, ...]
    errors: tuple[Fault, ...] = ()

    def resolve(self, name: str) -> District:
        """Returns the district with the full or short id `name`, or whose written name it is ("Đô Lương").

        Raises UnknownDistrict with the candidates, or RegistryError where the entry asked for is damaged.
        """
        ids = sorted({d.id for d in self.districts} | {e.district_id for e in self.errors if e.district_id})
        found = _matching(nfc(name), ids)
        if len(found) > 1:
            raise UnknownDistrict(f'"{name}" matches {", ".join(found)}; give the full id')
        unread = [e for e in self.errors if e.district_id is None and name.startswith(f"{e.province_id}.")]
        if faults := [e for e in self.errors if e.district_id in found] or unread:
            raise refusal(faults)
        if not found:
            raise UnknownDistrict(self._unknown(name, ids))
        return next(d for d in self.districts if d.id == found[0])

    def of_province(self, province: str) -> Registry:
        """Returns what belongs to a province, by its id (`nghe-an`) or name; UnknownDistrict where nothing
        does.
        """
        wanted = words(province)
        districts = tuple(d for d in self.districts if wanted in (words(d.province_id), words(d.province)))
        ids = {d.province_id for d in districts}
        errors = tuple(e for e in self.errors if e.province_id in ids or words(e.province_id) == wanted)
        if not districts and not errors:
            known = ", ".join(sorted({d.province_id for d in self.districts}))
            raise UnknownDistrict(f'no province "{province}" in the registry; it has {known}')
        return Registry(districts, errors)

    def at(self, url: str) -> tuple[District, Portal] | None:
        """Returns the district and portal that `url` belongs to: the same host and port, the longest path
        first.
        """
        try:
            page = site_key(url)
        except ValueError:
            return None
        hits = [
            (len(key), d, p)
            for d in self.districts
            for p in d.portals
            if page == (key := site_key(p.url)) or page.startswith((f"{key}/", f"{key}?"))
        ]
        return max(hits, key=lambda hit: hit[0])[1:] if hits else None

    def lists(self, district_id: str, url: str) -> bool:
        """Returns whether `url` is a portal of the district here, or may be one that a fault hides."""
        for fault in self.errors:
            if fault.district_id == district_id or (
                fault.district_id is None and district_id.startswith(f"{fault.province_id}.")
            ):
                return True
        return any(d.id == district_id and any(p.url == url for p in d.portals) for d in self.districts)

    def strict(self) -> Registry:
        """Returns this registry where it has no fault; raises RegistryError where it has one."""
        if self.errors:
            raise refusal(self.errors)
        return self

    def _unknown(self, name: str, ids: list[str]) -> str:
        known = {i.partition(".")[2]: i for i in ids} | {i: i for i in ids}
        tries = (name, "-".join(words(name)), "-".join(words(name.rpartition(".")[2])))
        close = next(filter(None, (difflib.get_close_matches(t, known, 3, 0.7) for t in tries)), [])
        hint = f"did you mean {' or '.join(known[c] for c in close)}?" if close else "see `huyen districts`"
        unread = next((f"\n{e}" for e in self.errors if e.district_id is None), "")  # it may stand in there
        return f'no district "{name}" in the registry; {hint}{unread}'


def load(path: Path) -> Registry:
    """Reads a folder of `<province>.toml` files, or one TOML file; a file's stem is the id of its province.

    Faults of entries are collected in `Registry.errors`; RegistryError where there is nothing to read at all.
    """
    if not path.exists():
        raise RegistryError(
            f"registry {path} does not exist; set HUYEN_REGISTRY to a folder of TOML files or one TOML file"
        )
    files = sorted(f for f in path.glob("*.toml") if not f.name.startswith(".")) if path.is_dir() else [path]
    if not files:
        raise RegistryError(
            f"registry {path} holds no .toml file; it takes one a province, such as nghe-an.toml"
        )
    faults: list[Fault] = []
    districts = [(file, d) for file in files for d in _read_file(file, faults)]
    return Registry(tuple(sorted(_unshared(districts, faults), key=lambda d: d.id)), tuple(faults))


def _read_file(file: Path, faults: list[Fault]) -> Iterator[District]:
    """Yields the whole districts of one file; its faults are appended to `faults`."""
    province_id = file.stem

    def fault(message: str, table: str | None = None, where: str = "") -> None:
        faults.append(Fault(file, province_id, table and f"{province_id}.{table}", where, message))

    if not _ID.fullmatch(province_id):
        return fault(f"the file's name is the province's id: {_BAD_ID}")
    try:
        document = tomllib.loads(nfc(file.read_bytes().decode("utf-8-sig")))
    except OSError as error:
        return fault(f"cannot be read: {error.strerror}")
    except UnicodeDecodeError as error:
        return fault(f"is not UTF-8 (byte {error.start}); save it as UTF-8")
    except tomllib.TOMLDecodeError as error:
        return fault(of_toml(error))
    except RecursionError:
        return fault("is nested too deeply to be a registry")
    except ValueError:  # Python converts no more digits than this (sys.get_int_max_str_digits)
        return fault("holds a number of more than 4,300 digits; shorten it")
    province = province_name(province_id)
    if "province" in document and not isinstance(document["province"], dict):
        province = document.pop("province")
        if not isinstance(province, str) or not province.strip():
            return fault('must be a text such as "Nghệ An"', where="key province")
    for table, content in document.items():
        if not isinstance(content, dict):
            fault(
                "unknown key; allowed at the top: province, and one table a district", table, f"key {table}"
            )
        elif not _ID.fullmatch(table):
            fault(f"the table's name is the district's id: {_BAD_ID}", table, f'["{table}"]')
        else:
            derived = {"id": f"{province_id}.{table}", "province": province, "province_id": province_id}
            set_here = sorted(DERIVED & content.keys())
            for key in set_here:
                fault(unknown_key(District), table, f"[{table}], key {key}")
            try:
                district = District.model_validate(content | derived)
            except ValidationError as error:
                for where, message in of_entry(error, table):
                    fault(message, table, where)
            except Exception as error:  # a value that nobody foresaw costs its entry, not the night
                fault(f"cannot be read ({type(error).__name__}: {str(error)[:80]})", table, f"[{table}]")
            else:
                if not set_here:
                    yield district


def _unshared(read: list[tuple[Path, District]], faults: list[Fault]) -> Iterator[District]:
    """Yields the districts none of whose portals stands in an entry before: no two spiders crawl one site."""
    owners: dict[str, str] = {}
    for file, district in read:
        clash = False
        for n, portal in enumerate(district.portals, 1):
            key = site_key(portal.url)
            if owner := owners.get(key):
                clash = True
                where = f"[[{district.id.partition('.')[2]}.portals]] {n}, key url"
                message = (
                    f"{portal.url} is already a portal of {owner}; a portal belongs to one district, once"
                )
                faults.append(Fault(file, district.province_id, district.id, where, message))
            owners.setdefault(key, district.id)
        if not clash:
            yield district


def _matching(name: str, ids: list[str]) -> list[str]:
    """Returns the ids that `name` may mean: itself, else those with that short id or with the same folded
    words.
    """
    if name in ids:
        return [name]
    slug = "-".join(words(name))
    return [i for i in ids if i.partition(".")[2] in (name, slug)]
