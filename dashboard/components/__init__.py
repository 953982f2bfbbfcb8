"""Pieces of pages: pure functions from words and values to Dash components.

For others: ``as_of_picker``, ``cards``, ``chain_card``, ``data_grid``, ``document_head``, ``download_links``,
``event_list``, ``filter_chips``, ``forms``, ``freshness_line``, ``headline_tiles``, ``html_document``,
``html_markup``, ``job_progress``, ``list_pages``, ``notices``, ``page_frame``, ``place_cards``, ``place_page``,
``ranking``, ``staffing_lines``, ``state_tones``, ``top_bar``.
"""
