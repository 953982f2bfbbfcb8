"""The one map at ``/``: its state, what it asks, its panels and its reducer."""
