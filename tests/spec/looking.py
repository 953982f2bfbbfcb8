"""A look over the small world: what its checks find, as the tables of the spec say it."""

from datetime import date

from sqlalchemy import text

from geodata.integrity.run_checks import look_over

DAY = date(2026, 3, 1)
LATER = date(2026, 4, 1)


def faults(world, *checks, day=DAY):
    """What the checks find, as table rows; sizes rounded to three figures."""
    return [
        {"check": check, "key": each.key, "units": " ".join(each.codes), "size": each.size and f"{each.size:.3g}"}
        for check, found in look_over(world.db, day, checks=checks or None).items()
        for each in found
    ]


def unlocate(world, subject):
    world.db.execute(
        text(
            "UPDATE grid.subject SET point = NULL, source_datum = NULL, source_x = NULL, source_y = NULL"
            " WHERE subject_id = :s"
        ),
        {"s": subject},
    )
