"""What is wrong with the grid: one file per check in ``checks``, what they find as work items that people handle.

Whoever is signed in sees and changes the items the database lets him.

For others: ``finding_store``, ``integrity_check``, ``run_checks``, ``unmatched_polygons``, ``work_counts``,
``work_due``, ``work_item``, ``work_item_acts``, ``work_item_files``, ``work_item_trail``, ``work_list``.
"""
