"""Foreign files read through a TOML file that says what their columns mean (ours lie in ``shipped``)."""
