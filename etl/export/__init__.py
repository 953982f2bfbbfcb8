"""Facts written back as files that load again, workbooks to fill in, and workbooks of faults."""
