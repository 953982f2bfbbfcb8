"""What is drawn on the map: its length and area where the district measures, and what is refused."""

from __future__ import annotations

import pyproj
import pytest

from dashboard.screens.map.measured import MOST_POINTS, measure_points, measured_words, read_points
from geodata.errors import UserError
from geodata.locale import Lang
from tests.ascii_table import rows

GEOD = pyproj.Geod(ellps="GRS80")

DRAWN = """
points                                                       | closed | crosses | area
126.4,41.9;126.5,41.9                                        | no     | no      | no
122.4,41.9;130.4,41.9                                        | no     | no      | no
126.4,38.0;126.4,45.9                                        | no     | no      | no
126.4,41.9;126.5,41.9                                        | yes    | no      | no
126.4,41.9;126.5,41.9;126.5,42.0                             | no     | no      | no
126.4,41.9;126.5,41.9;126.5,42.0                             | yes    | no      | yes
126.4,41.9;126.5,41.9;126.5,42.0;126.4,42.0                  | yes    | no      | yes
126.4,41.9;126.5,42.0;126.5,41.9;126.4,42.0                  | yes    | yes     | no
-70.0,-33.4;-70.1,-33.4;-70.1,-33.5                          | yes    | no      | yes
"""


@pytest.mark.parametrize("row", rows(DRAWN), ids=lambda row: f"{row['points']} {row['closed']}")
def test_it_is_measured_as_on_the_ellipsoid_to_a_thousandth(row):
    points = read_points(row["points"])
    closed = row["closed"] == "yes"
    found = measure_points(points, closed=closed)
    line = [*points, points[0]] if closed else points
    lons, lats = zip(*line, strict=True)
    assert found.length == pytest.approx(GEOD.line_length(lons, lats), rel=1e-3)
    assert (found.crosses, found.area is not None) == (row["crosses"] == "yes", row["area"] == "yes")
    if found.area is not None:
        area, _ = GEOD.polygon_area_perimeter(lons, lats)
        assert found.area * 1e6 == pytest.approx(abs(area), rel=2e-3)
        assert found.mu == pytest.approx(found.area * 1500)


REFUSED = """
points
a,b;c,d
126.4,41.9
126.4;41.9
126.4,41.9,3;126.5,41.9
nan,41.9;126.4,41.9
inf,41.9;126.4,41.9
181,41.9;126.4,41.9
126.4,86;126.4,41.9
122,41.9;130.1,41.9
"""


@pytest.mark.parametrize("row", rows(REFUSED), ids=lambda row: row["points"])
def test_what_cannot_be_measured_is_refused_in_a_sentence(row):
    with pytest.raises(UserError):
        read_points(row["points"])


def test_so_many_points_and_no_more():
    assert len(read_points(";".join(["126.4,41.9"] * MOST_POINTS))) == MOST_POINTS
    for many in (0, 1, MOST_POINTS + 1, 100_000):
        with pytest.raises(UserError):
            read_points(";".join(["126.4,41.9"] * many))


def test_it_is_said_in_both_languages_in_metres_or_kilometres():
    near = measure_points(read_points("126.4,41.9;126.401,41.9"), closed=False)
    far = measure_points(read_points("126.4,41.9;126.5,41.9;126.5,42.0"), closed=True)
    assert measured_words(near, Lang.ZH) == f"长 {near.length:.0f} 米"
    assert "km²" in measured_words(far, Lang.EN)
    assert "亩" in measured_words(far, Lang.ZH)
    assert "公里" in measured_words(far, Lang.ZH)
