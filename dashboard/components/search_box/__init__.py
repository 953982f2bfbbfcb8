"""The way into the search in the header of every signed-in page, and its words for the list the browser makes.

For others: ``search_way``.
"""
