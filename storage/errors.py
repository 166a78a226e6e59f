"""The exceptions of the archive: who raises them -> who handles them.

StorageError      whatever uses the database -> commands, one line, exit status 1 (2 before anything began)
DatabaseGone      storage.database, its patience is over -> pipelines.persist, which ends the crawl;
                  at the start of `huyen crawl` it is waited for
NoArchive         storage.database.open_database, nothing is there yet -> commands; the census counts nothing
DatabaseNotReady  storage.database.open_database, another schema -> commands, exit status 2
Taken             crawler.locks, storage.runs.locks -> the worker, exit status 2; a running crawl ends
PackageError      storage.wacz -> replay, which names it and reads the other files; export, one line
ContentError      storage.warc.content -> crawler.fetch.archiving, reason `encoding`; readers of WARC files
ContentTooLarge   storage.warc.content -> crawler.fetch.archiving, reason `too_large`
RawReadingError   storage.warc.reader -> replay and verify, which name the record; a resumed crawl
StoreError        storage.warc.store -> whoever reads WARC files, as an OSError; crawl and rescue ship later
RawKeepingError   storage.warc.writer -> crawler.fetch.archiving, which ends the crawl

storage.articles.reread raises one more, for itself alone, to roll a rehearsal back.
"""


class StorageError(Exception):
    """Something is wrong with the archive; its message is one line that says what, and what to do."""


class DatabaseGone(StorageError):
    """The database stayed out of reach or locked for longer than a transaction waits."""


class NoArchive(StorageError):
    """There is no archive yet; the message says where it was looked for, and what makes one."""


class DatabaseNotReady(StorageError):
    """The database needs `huyen db upgrade`, or a newer huyen."""


class Taken(StorageError):
    """Another process has what was to be locked; the message is one line that names both."""


class PackageError(StorageError):
    """A web archive package (WACZ) cannot be read or is not what it says; the message names it and why."""


class ContentError(ValueError):
    """The body cannot be decoded: the stream is broken or ends early."""


class ContentTooLarge(ContentError):
    """The decoded body is larger than allowed."""


class RawReadingError(OSError):
    """A record is not where it should be, or cannot be read; the message names file and offset."""


class StoreError(OSError):
    """The store of WARC files does not answer, or has another file under a name; the message says which."""


class RawKeepingError(OSError):
    """A record could not be written. Nothing of it is left in the file; the message names file and cause."""
