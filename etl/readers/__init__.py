"""Files of every format opened as sheets of text; no reader knows any kind of fact.

For others: ``data_files``, ``numerals``, ``offline_gdal``, ``sheet``, ``unpack``.
"""
