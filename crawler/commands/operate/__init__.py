"""Commands that look after the archive and its runs: runs, report, config, verify, backup, db."""
