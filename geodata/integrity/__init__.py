"""What is wrong with the grid: one file per check in ``checks``, what they find as work items that people handle.

Whoever is signed in sees and changes the items the database lets him.
"""
