"""The registry: one TOML file a province, one table a district, read into frozen `District` and `Portal`.

A damaged entry never hides the others: all faults of all files are collected, each named by file, table, key.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from crawler.errors import UnknownDistrict
from crawler.registry.checks import unshared
from crawler.registry.country import within
from crawler.registry.entries import District, Portal, site_key
from crawler.registry.faults import DERIVED, Fault, of_entry, refusal, unknown_key
from crawler.registry.files import documents
from crawler.registry.layers import merged
from crawler.registry.raw import DISTRICT, Entry
from storage.language.messages import joined, message
from storage.places.lookup import TODAY
from storage.text import nfc, words


@dataclass(frozen=True, slots=True)
class Registry:
    """The districts that are whole, ordered by id, the faults of those that are not, and where each value
    stands.
    """

    districts: tuple[District, ...]
    errors: tuple[Fault, ...] = ()
    entries: Mapping[str, Entry] = field(default_factory=dict)  # by district

    def resolve(self, name: str) -> District:
        """Returns the district with the full or short id or code `name`, or whose written name it is.

        Raises UnknownDistrict with the candidates, or RegistryError where the entry asked for is damaged.
        """
        ids = sorted({d.id for d in self.districts} | {e.district_id for e in self.errors if e.district_id})
        found = _matching(nfc(name), ids) or [d.id for d in self.districts if d.code == name]
        if len(found) > 1:
            raise UnknownDistrict(
                message('"{name}" matches {found}; give the full id', name=name, found=", ".join(found))
            )
        unread = [e for e in self.errors if e.district_id is None and name.startswith(f"{e.province_id}.")]
        if faults := [e for e in self.errors if e.district_id in found] or unread:
            raise refusal(faults)
        if not found:
            raise UnknownDistrict(self._unknown(name, ids))
        return next(d for d in self.districts if d.id == found[0])

    def named(self, names: Iterable[str]) -> list[District]:
        """Returns the districts with the `names`, each once. Raises as `resolve` does."""
        return list({district.id: district for district in map(self.resolve, names)}.values())

    def of_province(self, province: str) -> Registry:
        """Returns what belongs to a province, by its id (`nghe-an`) or name, as it was in June 2025, or with
        TODAY behind it as it is; UnknownDistrict where nothing does.
        """
        inside, wanted = within(province), words(province.removesuffix(TODAY))
        districts = tuple(d for d in self.districts if inside(d.id, d.code, d.province))
        ids = {d.province_id for d in districts}
        errors = tuple(e for e in self.errors if e.province_id in ids or words(e.province_id) == wanted)
        if not districts and not errors:
            known = ", ".join(sorted({d.province_id for d in self.districts}))
            raise UnknownDistrict(
                message('no province "{name}" in the registry; it has {known}', name=province, known=known)
            )
        return Registry(districts, errors, self.entries)

    def of_provinces(self, names: Iterable[str]) -> Registry:
        """Returns what belongs to one of the provinces, each as `of_province` takes it; all where none is
        named.
        """
        parts = [self.of_province(name) for name in names]
        ids = {district.id for part in parts for district in part.districts}
        errors = [error for part in parts for error in part.errors]
        if not parts:
            return self
        districts = tuple(district for district in self.districts if district.id in ids)
        return Registry(districts, tuple(e for e in self.errors if e in errors), self.entries)

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
        hint = message("see `huyen districts`")
        if close:
            hint = message("did you mean {names}?", names=", ".join(known[c] for c in close))
        said = message('no district "{name}" in the registry; {hint}', name=name, hint=hint)
        unread = [str(e) for e in self.errors if e.district_id is None][:1]  # it may stand in there
        return joined([said, *unread], "\n")


def load(layers: Path | Sequence[Path]) -> Registry:
    """Reads the layers of a registry: folders of `<province>.toml` files, or TOML files, the later one wins.

    A file's stem is the id of its province. Faults of entries are collected in `Registry.errors`;
    RegistryError where a layer does not exist or holds nothing to read.
    """
    faults: list[Fault] = []
    read = documents([layers] if isinstance(layers, Path) else layers, faults)
    entries = {entry.id: entry for entry in merged(read)}
    whole = [district for entry in entries.values() if (district := _district(entry, faults))]
    districts = sorted(unshared(whole, entries, faults), key=lambda district: district.id)
    faults.sort(key=lambda fault: fault.file)  # stable: a file's faults stay in the order of its lines
    return Registry(tuple(districts), tuple(faults), entries)


def _district(entry: Entry, faults: list[Fault]) -> District | None:
    """Returns the district of `entry`; None where it has faults, which are appended to `faults`."""
    before = len(faults)
    faults += [Fault(file, entry.province_id, entry.id, *said) for file, *said in entry.faults]
    for key in sorted(DERIVED & entry.values.keys()):
        origin = entry.origin(DISTRICT, key)
        where = f"{origin.table}, key {key}"
        faults.append(Fault(origin.file, entry.province_id, entry.id, where, unknown_key(District)))
    derived = {"id": entry.id, "province": entry.province, "province_id": entry.province_id}
    try:
        district = District.model_validate(entry.values | derived)
    except ValidationError as error:
        faults += of_entry(error, entry)
        return None
    except Exception as error:  # a value that nobody foresaw costs its entry, not the night
        said = message("cannot be read ({name}: {error})", name=type(error).__name__, error=str(error)[:80])
        faults.append(Fault(entry.files[-1], entry.province_id, entry.id, f"[{entry.table}]", said))
        return None
    return district if len(faults) == before else None


def _matching(name: str, ids: list[str]) -> list[str]:
    """Returns the ids that `name` may mean: itself, else those with that short id or with the same folded
    words.
    """
    if name in ids:
        return [name]
    slug = "-".join(words(name))
    return [i for i in ids if i.partition(".")[2] in (name, slug)]
