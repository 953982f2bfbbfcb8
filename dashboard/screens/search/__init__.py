"""``/search``: what a text finds, and the list under the box of every page."""
