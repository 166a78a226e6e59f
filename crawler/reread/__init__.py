"""READ AGAIN: WARC files and single pages go through the ordinary reader; texts are corrected in place."""
