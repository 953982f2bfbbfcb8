"""Lists as files: one table, read by people (csv, xlsx) and by programs (json, geojson), with what its numbers mean."""
