"""FETCH and KEEP RAW: requests and responses, up to the WARC record and the counted outcome."""
