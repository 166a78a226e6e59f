"""KEEP RAW: writes, walks, reads and mends WARC files. Works with the database down: no SQL."""
