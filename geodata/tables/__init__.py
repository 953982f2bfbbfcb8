"""Lists as files for people: columns with words and formats, as CSV, workbook or GeoJSON.

For others: ``column``, ``csv_rows``, ``spreadsheet_cell``, ``table``, ``table_files``, ``workbook``,
``workbook_escapes``.
"""
