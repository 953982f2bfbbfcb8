"""A grid unit's page: what it knows, its panels, and the list behind the number picked."""
