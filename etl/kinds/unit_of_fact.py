"""Which unit a fact belongs to, as SQL over ``t``, a row of its kind's table; ``:codes`` are units and all below."""

from __future__ import annotations

OF_VILLAGE = "t.village_code = ANY(:codes)"
OF_SUBJECT = "t.subject_id IN (SELECT s.subject_id FROM grid.subject AS s WHERE s.village_code = ANY(:codes))"
OF_SAMPLE = "t.sample_no IN (SELECT s.sample_no FROM grid.sample AS s WHERE s.village_code = ANY(:codes))"
OF_POST = f"(t.unit_code = ANY(:codes) OR {OF_SUBJECT})"
OF_PERSON = f"t.person_no IN (SELECT p.person_no FROM grid.post AS p WHERE {OF_POST.replace('t.', 'p.')})"
