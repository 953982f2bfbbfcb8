"""``/help``: what whoever is signed in can do today, the keys, the words."""
