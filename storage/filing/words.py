"""The words of files: what one is to its article, and what became of it (docs/codebook.md)."""

from __future__ import annotations

from enum import StrEnum

FILES = "files"  # the name of the spider of files, and the prefix of its WARC files


class Kind(StrEnum):
    """What a file is to the page that names it; also the words of HUYEN_KEEP, in the plural."""

    ATTACHMENT = "attachment"  # a document that the article links to or shows
    IMAGE = "image"  # a picture of the article
    REQUISITE = "requisite"  # a style sheet, script, font or icon of a page


class Role(StrEnum):
    """How an article names a file."""

    ATTACHMENT = "attachment"  # the link says that a document stands there
    CANDIDATE = "candidate"  # the link may lead to a document or to a page: its bytes decide
    IMAGE = "image"


class Status(StrEnum):
    """What became of a file."""

    PENDING = "pending"  # to be asked for, again or for the first time
    KEPT = "kept"  # its bytes are in the archive; a later look may add a version
    GONE = "gone"  # 404 or 410, and nothing was kept
    FAILED = "failed"  # three tries brought nothing
    BLOCKED = "blocked"  # robots.txt of its host forbids it
    OFF_SITE = "off_site"  # stands on a host that belongs to no portal
    TOO_LARGE = "too_large"  # has more bytes than a file may have
    NOT_A_FILE = "not_a_file"  # a page stands there


KIND_OF = {
    Role.ATTACHMENT: Kind.ATTACHMENT,
    Role.CANDIDATE: Kind.ATTACHMENT,
    Role.IMAGE: Kind.IMAGE,
}
