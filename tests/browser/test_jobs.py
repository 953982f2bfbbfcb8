"""A job's journey: asked for, followed on its page without a script, stopped, found again in the list."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from geodata.database.engine import JOBS, engine_of_role
from geodata.jobs.job_kind import Sentence
from geodata.jobs.job_run import end_job
from geodata.vocabulary import JobState
from tests.browser.conftest import OFFICE, PHONE
from tests.browser.test_accessible import faults

LOOK = "form[action^='/work/look'] button"


@pytest.fixture(autouse=True)
def _no_jobs_after(demo_district):
    yield
    with demo_district.begin() as db:
        db.execute(
            text("UPDATE grid.job SET state = 'stopped', ended_at = now() WHERE state IN ('waiting', 'running')")
        )


def test_a_look_over_the_grid_is_followed_and_stopped(see, demo_district):
    page = see("/work", who="section")
    page.locator(LOOK).click()
    page.wait_for_url("**/jobs/*")
    assert page.locator("[role=status]").first.inner_text().startswith("等待")
    number = page.url.rsplit("/", 1)[1]
    page.locator("form[action$='/stop'] button").click()
    page.wait_for_url("**/jobs")
    assert page.locator(".said").inner_text() == f"已要求停止任务 {number}。"
    row = page.locator("tr", has=page.locator(f"a[href^='/jobs/{number}']"))
    assert "已停止" in row.inner_text()


def test_a_job_that_is_done_is_told_on_its_page_by_itself(see, demo_district):
    page = see("/work", who="section")
    page.locator(LOOK).click()
    page.wait_for_url("**/jobs/*")
    number = int(page.url.rsplit("/", 1)[1])
    worker = engine_of_role(JOBS, demo_district.url, pool_size=1)
    with worker.begin() as db:
        db.execute(text("SELECT * FROM grid.take_job(:number)"), {"number": number})
        db.execute(text("SELECT grid.tell_job(:number, 3, 12, NULL)"), {"number": number})
    page.get_by_text("进行中 3/12").wait_for(timeout=10_000)
    end_job(worker, number, JobState.DONE, Sentence("job.check_grid.done", {"found": 5, "new": 0, "solved": 1}))
    worker.dispose()
    page.get_by_text("核查完毕：共 5 项").wait_for(timeout=10_000)
    page.get_by_role("link", name="查看结果").click()
    page.wait_for_url("**/work")


@pytest.mark.parametrize("size", [OFFICE, PHONE])
@pytest.mark.parametrize("look", ["", "?lang=en&theme=dark"])
def test_the_list_fits_and_has_no_serious_fault(see, look, size):
    page = see(f"/jobs{look}", size, who="admin")
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert faults(page) == []
