"""The tables of the archive, a module for each room that fills them; import them from here."""

from storage.schema.articles import (
    Article,
    Catalogued,
    Design,
    Furniture,
    FurnitureCount,
    Holder,
    Suspect,
    Version,
)
from storage.schema.base import REVISION, UNDATED, Base, Key, Moment, Serial
from storage.schema.checks import Check
from storage.schema.duplicates import Band, Link, Unlinked
from storage.schema.files import ArticleFile, Content, File, FileVersion
from storage.schema.naming import DocumentNamed, Mention
from storage.schema.nights import NightDistrict, NightMachine, SharedNight
from storage.schema.places import PlaceChange, PlaceEdition, PlaceRow
from storage.schema.rescue import Holding, Listed, Pause
from storage.schema.runs import Capture, District, Pending, Portal, Replayed, Run
from storage.schema.shipped import Shipped

__all__ = [
    "REVISION",
    "UNDATED",
    "Article",
    "ArticleFile",
    "Band",
    "Base",
    "Capture",
    "Catalogued",
    "Check",
    "Content",
    "Design",
    "District",
    "DocumentNamed",
    "File",
    "FileVersion",
    "Furniture",
    "FurnitureCount",
    "Holder",
    "Holding",
    "Key",
    "Link",
    "Listed",
    "Mention",
    "Moment",
    "NightDistrict",
    "NightMachine",
    "Pause",
    "Pending",
    "PlaceChange",
    "PlaceEdition",
    "PlaceRow",
    "Portal",
    "Replayed",
    "Run",
    "Serial",
    "SharedNight",
    "Shipped",
    "Suspect",
    "Unlinked",
    "Version",
]
