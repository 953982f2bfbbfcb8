"""Which kind of fact a sheet holds, which column is which field, and which of its rows are meant."""
