"""Commands of `huyen`, a module a subject; crawler.cli registers them."""
