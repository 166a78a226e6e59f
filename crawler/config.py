"""The configuration: HUYEN_* from the environment, else from huyen.toml, else the defaults."""

from __future__ import annotations

import difflib
import os
import re
import tempfile
import tomllib
from pathlib import Path
from typing import Any, NamedTuple, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    ValidationError,
    field_validator,
    model_validator,
)

from crawler.errors import ConfigError
from crawler.lang import FILE, of_locale
from storage.language.foreign import recognised
from storage.language.messages import LANGUAGES, message
from storage.secrets import masked
from storage.warc import store

PREFIX = "HUYEN_"
KEEPABLE = ("attachments", "images", "requisites")
BUNDLED_REGISTRY = Path(__file__).with_name("districts")
RELEASE = "release"  # the table of huyen.toml that storage.release.about reads
_OTHERS = frozenset({"HUYEN_DEBUG"})  # no settings, but known
BUNDLED = "bundled"  # what HUYEN_REGISTRY calls it
# What SQLAlchemy would read as psycopg2, which is not installed.
_POSTGRESQL = re.compile(r"^postgres(ql)?://")


class Row(NamedTuple):
    """One setting in force: its HUYEN_ name, its value with passwords masked, and where it comes from."""

    name: str
    value: str
    source: str


class Config(BaseModel):
    """The settings in force. Paths are absolute."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    data: Path
    database_url: str = ""
    registry: tuple[Path, ...] = (BUNDLED_REGISTRY,)  # layers, the later one wins
    contact: str = ""  # an address or URL for webmasters; sent in the user agent
    # A first crawl of 20,000 articles at one a second takes 6 h, and a night ends.
    portal_minutes: int = Field(480, ge=1)
    portal_mb: int = Field(1024, ge=200)  # a crawl needs under 300; a leak must not take the night down
    min_free_mb: int = Field(1024, ge=0)  # on the disk of `data`; less, and no crawl begins or goes on
    log_days: int = Field(30, ge=1)
    ocr_minutes: int = Field(0, ge=0)  # of OCR that a night may spend on scans, where tesseract is installed
    # what is fetched beside pages: attachments, images, requisites, or none
    keep: str = "attachments"
    webhook: str = ""  # URL that receives the summary when a crawl needs attention
    mail_to: str = ""  # addresses that receive it by mail, separated by commas
    mail_from: str = ""
    smtp: str = "smtp://localhost:25"
    wayback_url: str = "https://web.archive.org"  # or a mirror of it
    commoncrawl_index_url: str = "https://index.commoncrawl.org"
    commoncrawl_data_url: str = "https://data.commoncrawl.org"
    rescue_rate: float = Field(1.0, gt=0, le=10_000)  # replays a second, over all processes of the machine
    warc_store: str = ""  # an fsspec URL to which finished WARC files are shipped
    warc_keep_days: int = Field(30, ge=0)  # that a shipped file stays on the local disk, too
    scheduler: str = ""  # a dask scheduler that does the reading of `huyen replay`: tcp://host:8786
    lang: str = Field(default_factory=of_locale)  # of messages: vi or en
    _sources: dict[str, str] = PrivateAttr(default_factory=dict)

    @field_validator("data")
    @classmethod
    def _absolute(cls, path: Path) -> Path:
        return _plain(path)

    @field_validator("registry", mode="before")
    @classmethod
    def _layers(cls, value: Any) -> tuple[Path, ...]:
        parts = value.split(os.pathsep) if isinstance(value, str) else value
        named = [part for part in map(str, parts) if part]
        if not named:
            raise ValueError(message('name at least one folder or file, or "{bundled}"', bundled=BUNDLED))
        if torn := [part for part in named if os.pathsep in part]:
            raise ValueError(
                message(
                    "{torn}: a path of the registry must not contain {pathsep!r}",
                    torn=torn[0],
                    pathsep=os.pathsep,
                )
            )
        paths = [BUNDLED_REGISTRY if part == BUNDLED else Path(part).expanduser() for part in named]
        return tuple(dict.fromkeys(map(_plain, paths)))

    @field_validator("database_url")
    @classmethod
    def _supported(cls, url: str) -> str:
        url = _POSTGRESQL.sub("postgresql+psycopg://", url)
        if url and not url.startswith(("sqlite:///", "postgresql+psycopg://")):
            scheme = url.partition(":")[0]
            raise ValueError(
                message(
                    "{scheme!r} is not a supported database; use sqlite:/// or postgresql+psycopg://",
                    scheme=scheme,
                )
            )
        return url

    @field_validator("keep")
    @classmethod
    def _keepable(cls, value: str) -> str:
        names = [name for name in re.split(r"[\s,]+", value.strip()) if name]
        unknown = [name for name in names if name not in (*KEEPABLE, "none")]
        if unknown or not names or ("none" in names and len(names) > 1):
            raise ValueError(
                message("give some of {keepable} with commas between, or none", keepable=", ".join(KEEPABLE))
            )
        return ",".join(names)

    @field_validator("contact")
    @classmethod
    def _sendable(cls, contact: str) -> str:
        if not (contact.isascii() and contact.isprintable()):
            raise ValueError(message("the contact goes into an HTTP header: printable ASCII only"))
        return contact

    @field_validator("wayback_url", "commoncrawl_index_url", "commoncrawl_data_url")
    @classmethod
    def _archive(cls, url: str) -> str:
        if not re.match(r"https?://[^/]", url):
            raise ValueError(message("an archive must be an http:// or https:// URL"))
        return url.rstrip("/")

    @field_validator("warc_store")
    @classmethod
    def _shippable(cls, url: str) -> str:
        if url == "none":
            return ""
        if url and not re.match(r"[a-z][a-z0-9+.-]*://", url):
            raise ValueError(message("give a URL such as s3://bucket/prefix or file:///mnt/warc, or none"))
        return url.rstrip("/")

    @field_validator("lang")
    @classmethod
    def _spoken(cls, language: str) -> str:
        if language not in LANGUAGES:
            raise ValueError(message("give one of {languages}", languages=", ".join(LANGUAGES)))
        return language

    @field_validator("webhook")
    @classmethod
    def _postable(cls, url: str) -> str:
        if url and not re.match(r"https?://[^/]", url):
            raise ValueError(message("a webhook must be an http:// or https:// URL"))
        return url

    @field_validator("smtp")
    @classmethod
    def _reachable(cls, url: str) -> str:
        if not re.match(r"(smtp|smtps|smtp\+starttls)://[^/]", url):
            raise ValueError(
                message("give smtp://HOST:PORT, smtp+starttls://USER:PASSWORD@HOST:PORT or smtps://…")
            )
        return url

    @field_validator("mail_to", "mail_from")
    @classmethod
    def _addressed(cls, value: str) -> str:
        if value and not re.fullmatch(r"[^@\s,]+@[^@\s,]+(,\s*[^@\s,]+@[^@\s,]+)*", value):
            raise ValueError(
                message("give an address such as night@example.org, several with commas between")
            )
        return value

    @model_validator(mode="before")
    @classmethod
    def _beside_the_data(cls, values: dict[str, Any]) -> dict[str, Any]:
        if values.get("database_url"):
            return values
        folder = _plain(Path(values["data"]))
        return {**values, "database_url": f"sqlite:///{folder / 'archive.db'}"}

    @property
    def layers(self) -> str:
        """The layers of the registry as HUYEN_REGISTRY takes them."""
        return os.pathsep.join(BUNDLED if p == BUNDLED_REGISTRY else str(p) for p in self.registry)

    @property
    def own_registry(self) -> Path | None:
        """The last layer of the registry that is not the bundled one: where one's own entries go."""
        return next((path for path in reversed(self.registry) if path != BUNDLED_REGISTRY), None)

    @property
    def warc(self) -> Path:
        """The folder of the WARC files."""
        return self.data / "warc"

    @property
    def exports(self) -> Path:
        """The folder of the exports that name no path of their own."""
        return self.data / "exports"

    @property
    def releases(self) -> Path:
        """The folder of the releases that name no other."""
        return self.data / "releases"

    @property
    def kept(self) -> tuple[str, ...]:
        """What is fetched beside pages, where a portal's entry does not say otherwise."""
        return tuple(name for name in self.keep.split(",") if name != "none")

    @property
    def user_agent(self) -> str:
        """How requests introduce themselves; names the contact where there is one."""
        return f"huyen/0.1 (+{self.contact})" if self.contact else "huyen/0.1"

    def require_writable(self) -> Self:
        """Makes the data folder, checks that it takes files, and returns this configuration.

        Raises:
            ConfigError: it does not; names the folder.
        """
        try:
            self.data.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.data):
                pass
        except OSError as error:
            raise ConfigError(
                message(
                    "the data folder {data} cannot be written ({strerror}); make it writable or set "
                    "{prefix}DATA to another folder",
                    data=self.data,
                    strerror=error.strerror,
                    prefix=PREFIX,
                )
            ) from error
        return self


def _plain(path: Path) -> Path:
    """Returns an absolute path without `..`, which messages would repeat; links are followed only then."""
    whole = path.expanduser().absolute()
    return whole.resolve() if ".." in whole.parts else whole


def load(cwd: Path | None = None) -> Config:
    """Returns the configuration for the working directory `cwd`, by default the current one.

    Relative paths in huyen.toml and in the defaults start there.

    Raises:
        ConfigError: huyen.toml is damaged or has an unknown name, or a value cannot be used.
    """
    folder = (cwd or Path.cwd()).absolute()
    file = folder / FILE
    values = _read(file) if file.is_file() else {}
    located: dict[str, Any] = {**values, "data": folder / Path(values.get("data", "data")).expanduser()}
    if "registry" in values:
        said = values["registry"]
        parts = said.split(os.pathsep) if isinstance(said, str) else said
        located["registry"] = [p if p == BUNDLED else str(folder / Path(p).expanduser()) for p in parts if p]
    try:
        config = Config(**located | _environment())
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        name = str(fault["loc"][0]) if fault["loc"] else "database_url"
        said = fault.get("ctx", {}).get("error") or recognised(fault["msg"])
        source = _source(name, values, file)
        raise ConfigError(
            message("{name} ({source}): {said}", name=PREFIX + name.upper(), source=source, said=said)
        ) from error
    store.use(config.warc_store)
    config._sources.update({name: _source(name, values, file) for name in Config.model_fields})
    return config


def release_table(cwd: Path | None = None) -> dict[str, Any]:
    """Returns the table [release] of huyen.toml in the working directory `cwd`, as it stands there; empty
    where there is none.

    Raises:
        ConfigError: huyen.toml is damaged, or `release` is no table.
    """
    file = (cwd or Path.cwd()).absolute() / FILE
    table = _table(file).get(RELEASE, {}) if file.is_file() else {}
    if not isinstance(table, dict):
        raise ConfigError(message("{file}: {key} must be a table: [{key}]", file=file, key=RELEASE))
    return table


def describe(config: Config) -> list[Row]:
    """Returns the settings of `config`, in the order of the documentation, each with its source."""
    return [
        Row(
            PREFIX + name.upper(),
            _masked(name, _shown(getattr(config, name))),
            config._sources.get(name, "default"),
        )
        for name in Config.model_fields
    ]


def _shown(value: object) -> str:
    return os.pathsep.join(map(str, value)) if isinstance(value, tuple) else str(value)


def _masked(name: str, value: str) -> str:
    if name == "webhook" and value:  # its path and its user are secrets, too
        return re.sub(r"^(\w+://)(?:[^/?#]*@)?([^/?#@]+).*$", r"\1\2/***", value)
    return masked(value)


def _read(file: Path) -> dict[str, Any]:
    table = _table(file)
    table.pop(RELEASE, None)
    known = {PREFIX + name.upper(): name for name in Config.model_fields}
    for key, value in table.items():
        if key not in known:
            raise ConfigError(
                message(
                    "{file}: unknown name {key}; known names: {known}",
                    file=file,
                    key=key,
                    known=", ".join(known),
                )
            )
        listed = key == f"{PREFIX}REGISTRY" and isinstance(value, list) and all(type(v) is str for v in value)
        if not isinstance(value, str) and not listed:
            raise ConfigError(message("{file}: {key} must be a string in quotes", file=file, key=key))
    return {known[key]: value for key, value in table.items() if value}


def _environment() -> dict[str, str]:
    """Returns what the environment sets; a variable that is empty counts as not set."""
    told = {name: os.environ.get(PREFIX + name.upper()) for name in Config.model_fields}
    return {name: value for name, value in told.items() if value}


def unknown() -> list[str]:
    """Returns the names HUYEN_* of the environment that are no settings: typing errors, mostly."""
    known = {PREFIX + name.upper() for name in Config.model_fields} | _OTHERS
    return sorted(name for name in os.environ if name.startswith(PREFIX) and name not in known)


def not_in_force(name: str) -> str:
    """Returns what is to be said of such a name, with the setting that may have been meant."""
    known = [PREFIX + one.upper() for one in Config.model_fields]
    close = difflib.get_close_matches(name, known, 1, 0.8)
    if close:
        return message(
            "{name} is set, but huyen has no such setting; it is not in force. Did you mean {close}?",
            name=name,
            close=close[0],
        )
    return message("{name} is set, but huyen has no such setting; it is not in force", name=name)


def _table(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(message("cannot read {file}: {error}", file=file, error=error)) from error


def _source(name: str, values: dict[str, Any], file: Path) -> str:
    if name in _environment():
        return "environment"
    return str(file) if name in values else "default"
