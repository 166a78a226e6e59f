"""Readers of one format each: the bytes of a file go in, what is drawn in it comes out."""
