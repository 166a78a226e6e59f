"""Commands that look after the archive and its runs: runs, report, doctor, config, verify, backup, db."""
