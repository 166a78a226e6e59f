"""LANGUAGE: what huyen says to people; docs/contributing.md says how to add a message."""
