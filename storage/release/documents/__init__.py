"""The documents of a release, each a pure function of its datapackage.json."""
