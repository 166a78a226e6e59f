"""Tests of crawler.check."""
