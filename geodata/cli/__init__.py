"""The verbs of ``python -m geodata`` and the generated pages of its documentation."""
