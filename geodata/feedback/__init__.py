"""Feedback (意见反馈): what people write about a page, and the answers.

For others: ``feedback_acts``, ``feedback_list``.
"""
