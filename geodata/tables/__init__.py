"""Lists as files for people: columns with words and formats, as CSV, workbook or GeoJSON."""
