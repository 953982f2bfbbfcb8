"""One file per screen, each with a ``PAGE``; pages are strangers to each other."""
