"""How facts look on a map: palette, legends, Plotly traces, the map style, static and offline maps."""
