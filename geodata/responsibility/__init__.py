"""Who answers for a unit or a subject on a day: posts, chains, vacancies."""
