"""Rules as people say them, and setting, correcting and taking them back.

For others: ``rule_acts``, ``rule_text``.
"""
