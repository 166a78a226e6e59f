"""READ AGAIN: WARC files and single pages through the ordinary reader; texts corrected in place."""
