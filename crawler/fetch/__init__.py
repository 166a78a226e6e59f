"""FETCH and KEEP RAW: a request and its response, up to the WARC record and the counted outcome."""
