"""EXPORT: articles, files and packages as files for others. Only reads."""
