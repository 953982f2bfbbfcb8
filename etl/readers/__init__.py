"""Files of every format opened as sheets of text; no reader knows any kind of fact."""
