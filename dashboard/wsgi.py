"""The WSGI application for a server of one's own choosing: ``gunicorn dashboard.wsgi:application``."""

from dashboard.app.create_app import create_app
from geodata.database.engine import application_engine, door_engine
from geodata.database.upgrade import require_current_schema
from geodata.private_files import write_privately
from geodata.settings import settings

write_privately()
_engine = application_engine()
require_current_schema(_engine)
application = create_app(settings(), _engine, door_engine()).server
