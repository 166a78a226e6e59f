"""KEEP RAW: WARC files written, walked, read, mended. Works with the database down: no SQL enters."""
