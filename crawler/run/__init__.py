"""One run of one portal: the extensions that open it, watch it, resume it and close it with a verdict."""
