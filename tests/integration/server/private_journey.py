"""What people do that leaves files in the home, in a process that was started with the widest umask."""

from __future__ import annotations

import io

from dashboard.app.create_app import GridDash
from geodata.cli.exit_codes import run_command_line
from geodata.database.engine import make_engine
from geodata.settings import settings
from tests.attached_files import PDF, photo
from tests.visitors import application, close_applications, signed_in, token
from tests.worker import doing_jobs

BAD = "人员编号,姓名,手机\nX1,新来的,\nX2,,12\n".encode("utf-8-sig")
"""One good row and one that is refused."""


def journey() -> None:
    """A file with refused rows is looked at, files are attached, a list is made by a job."""
    engine = make_engine()
    app = application(engine, home=settings().home, export_rows=0)
    with doing_jobs(engine):
        _send(app, "da", "/data/upload", file=(io.BytesIO(BAD), "名单.csv"))
        for name, body in (("照片.jpg", photo()), ("说明.pdf", PDF)):
            _send(app, "su1", "/attachments/add", visit="p1", file=(io.BytesIO(body), name))
        signed_in(app, "su1").get("/api/subjects?format=xlsx")
    close_applications()
    engine.dispose()


def _send(app: GridDash, who: str, address: str, **form: object) -> None:
    client = signed_in(app, who)
    sent = client.post(address, data={"csrf_token": token(client), **form}, content_type="multipart/form-data")
    assert sent.status_code == 303, sent.text
    page = client.get(sent.headers["Location"])
    assert page.status_code == 200, page.text


if __name__ == "__main__":
    run_command_line(journey)
