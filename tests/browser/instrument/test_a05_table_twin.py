"""A5: the table beside the map: nothing cut, sorts by value, leads on; its number and its files are of its rows."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from tests.browser.the_map import drawn, until

ROWS = "() => [...document.querySelectorAll('.drawer .ag-center-cols-container .ag-row')].length"


def counted(page) -> int:
    """The number the table says it has."""
    return int(page.locator(".drawer h2").inner_text().rsplit("·", 1)[1].split()[0])


def exported(page) -> int:
    """The rows of the CSV that the table hands out."""
    address = page.locator(".drawer a", has_text="CSV").get_attribute("href")
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(page.url))
    answer = page.request.get(origin + address)
    assert answer.ok
    text = answer.body().decode("utf-8-sig")
    return sum(1 for line in text.splitlines() if line and not line.startswith("#")) - 1


def column(page, field: str) -> list[str]:
    cells = page.locator(f".drawer .ag-row .ag-cell[col-id={field}]")
    return cells.all_inner_texts()


def test_a05_number_rows_and_files_are_the_same_under_every_filter(see):
    page = see("/?table=1&level=village")
    until(page, ROWS)
    assert counted(page) == exported(page) == 98
    page = see("/?table=1&level=village&only=c4")
    until(page, ROWS)
    assert 0 < counted(page) == exported(page) == page.evaluate(ROWS) < 98
    page.locator("#find").fill("村")
    page.keyboard.press("Enter")
    until(page, "() => location.search.includes('find=')")
    names = "[...document.querySelectorAll('.drawer .ag-cell[col-id=name]')]"
    until(page, f"() => {names}.every(cell => cell.textContent.includes('村'))")
    assert all("村" in name for name in column(page, "name"))
    assert counted(page) == exported(page) == len(column(page, "name"))
    page = see("/?table=1&level=subject&unit=220602101000")
    until(page, ROWS)
    assert counted(page) == exported(page) == 119


def test_a05_it_sorts_by_value_tells_the_town_and_leads_on(see):
    page = see("/?table=1&level=village")
    until(page, ROWS)
    assert all(column(page, "town"))
    page.locator(".drawer .ag-header-cell[col-id=rate]").click()
    page.wait_for_timeout(300)
    shares = [float(text.split()[0]) for text in column(page, "rate") if text[0].isdigit()]
    assert shares == sorted(shares)
    name = page.locator(".drawer .ag-cell[col-id=name] a").last
    (code,) = parse_qs(urlsplit(name.get_attribute("href")).query)["unit"]
    name.click()
    until(page, "code => new URLSearchParams(location.search).get('unit') === code", code)


def test_a05_no_name_is_cut(see):
    page = see("/?table=1&level=subject")
    until(page, ROWS)
    drawn(page)
    cut = page.evaluate("""() => [...document.querySelectorAll('.drawer .ag-cell[col-id=name]')]
        .filter(cell => cell.scrollWidth > cell.clientWidth + 1).map(cell => cell.textContent)""")
    assert cut == []
