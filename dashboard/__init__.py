"""How people ask: Dash pages and Flask routes over geodata's numbers and layers' drawings."""
