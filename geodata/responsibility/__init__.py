"""Who answers for a unit or a subject on a day: posts, chains, vacancies.

For others: ``chain``, ``officer_cards``, ``posts``, ``private_mobiles``, ``staffing``.
"""
