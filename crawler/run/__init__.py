"""One run of one portal: extensions that open it, watch it, resume it and close it with a verdict."""
