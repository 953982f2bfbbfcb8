"""Posts managed one by one: who holds which unit's post now or soon, giving one, ending one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from geodata.errors import Forbidden, NotFound, UserError
from geodata.locale import Lang, label_of
from geodata.vocabulary import SUBJECT_ROLES, Role

UNIT_ROLES = tuple(role for role in Role if role not in SUBJECT_ROLES)
"""Roles held at a unit; those at a subject come with its roster."""

_HELD = """
SELECT p.post_no, p.person_no, n.name, p.role, p.unit_code, u.name AS unit_name, lower(p.valid) AS from_on,
       upper(p.valid) - 1 AS to_on, p.document_no, lower(p.valid) > :as_of AS begins_later
FROM grid.post AS p JOIN grid.person AS n USING (person_no)
LEFT JOIN grid.unit_on(:as_of) AS u ON u.code = p.unit_code
WHERE p.unit_code IS NOT NULL AND (upper_inf(p.valid) OR upper(p.valid) > :as_of)
  AND (:find = '' OR p.role = ANY (CAST(:called AS text[]))
       OR strpos(lower(concat_ws(' ', p.person_no, n.name, p.unit_code, u.name, p.role)), lower(:find)) > 0)
ORDER BY p.unit_code, array_position(CAST(:order AS text[]), p.role), lower(p.valid)
"""


@dataclass(frozen=True)
class Post:
    """A post of a unit that is held or will be; ``to_on`` is its last day (None: no end known)."""

    post_no: str
    person_no: str
    name: str
    role: Role
    unit_code: str
    unit_name: str | None
    from_on: date
    to_on: date | None
    document_no: str | None
    begins_later: bool


def list_posts(db: Connection, as_of: date, find: str = "", lang: Lang = Lang.ZH) -> list[Post]:
    """Posts of units that are held on a day or begin later.

    Parameters
    ----------
    db
        Connection with the scope of who asks.
    as_of
        The day, inclusive.
    find
        Looked for as it stands in the person's number and name, the unit's code and name, the role's code word and its
        label, in either case of letters. Empty: all.
    lang
        Language of the labels.

    Returns
    -------
    posts
        By unit, then role in the order of ``Role``, then first day.
    """
    order = [role.value for role in Role]
    called = [role.value for role in Role if find.lower() in label_of(role, lang).lower()]
    asked = {"as_of": as_of, "find": find, "order": order, "called": called}
    rows = db.execute(text(_HELD), asked).mappings()
    return [Post(**dict(row) | {"role": Role(row["role"])}) for row in rows]


def give_post(
    db: Connection, person_no: str, role: Role, unit_code: str, first: date, last: date | None, document: str | None
) -> None:
    """Put a person into a post of a unit.

    Parameters
    ----------
    db
        A transaction with the scope of who acts; a refusal undoes no more than this act.
    person_no
        Number of the person.
    role
        One of ``UNIT_ROLES``.
    unit_code
        Code of the unit.
    first
        First day, inclusive.
    last
        Last day, inclusive; None: open.
    document
        Number of the document of appointment; None or empty when there is none.

    Raises
    ------
    UserError
        The person or unit is not known, the unit is of another level, the post is held by somebody else or by the same
        person already, or ``last`` lies before ``first``.
    Forbidden
        The scope may not give this post.
    """
    if last is not None and last < first:
        raise UserError("post.error.order", first=first, last=last)
    values = {
        "post_no": f"{person_no}:{role.value}:{unit_code}:{first:%Y%m%d}",
        "person": person_no,
        "role": role.value,
        "unit": unit_code,
        "first": first,
        "after": None if last is None else last + timedelta(days=1),
        "document": document or None,
    }
    statement = """
        INSERT INTO grid.post (post_no, person_no, role, unit_code, document_no, valid, batch_id)
        SELECT :post_no, :person, :role, :unit, CAST(:document AS text),
               daterange(CAST(:first AS date), CAST(:after AS date)), grid.hand_batch('posts')"""
    try:
        with db.begin_nested():
            db.execute(text(statement), values)
    except IntegrityError as refused:
        name = getattr(getattr(refused.orig, "diag", None), "constraint_name", None) or ""
        raise UserError(_WHY_NOT.get(name, "post.error.refused"), person=person_no, unit=unit_code) from None
    except ProgrammingError:
        raise Forbidden("post.error.forbidden") from None


_WHY_NOT = {
    "pk_post": "post.error.twice",
    "ex_post_same_person": "post.error.twice",
    "ex_post_single_holder": "post.error.held",
    "fk_post_person_no": "post.error.no_person",
    "fk_post_unit": "post.error.no_unit",
    "post_level": "post.error.no_unit",
    "person_erased": "erasing.error.gone",
}


def end_post(db: Connection, post_no: str, last: date) -> None:
    """End a post on ``last`` (its last day); access ends with that day.

    Parameters
    ----------
    db
        A transaction with the scope of who acts.
    post_no
        Number of the post.
    last
        The last day it is held, inclusive.

    Raises
    ------
    NotFound
        There is no such post, the scope may not end it, or ``last`` lies before its first day or after the day it ends
        already.
    """
    statement = """
        UPDATE grid.post SET valid = daterange(lower(valid), CAST(:after AS date))
        WHERE post_no = :post AND lower(valid) < :after AND coalesce(upper(valid) >= :after, true)
        RETURNING post_no"""
    done = db.execute(text(statement), {"post": post_no, "after": last + timedelta(days=1)})
    if done.one_or_none() is None:
        raise NotFound("post.error.not_ended", post=post_no, last=last)
