"""Looks at portals with a few requests each and judges what each is now (`huyen districts check`)."""
