"""Facts written back as files that load again, workbooks to fill in, and workbooks of faults.

For others: ``export_facts``, ``fault_workbook``, ``template_workbook``.
"""
