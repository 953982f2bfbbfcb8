"""The checks of the grid: one file per check, its ``CHECK`` named as the file."""
