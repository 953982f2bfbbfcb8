"""The WSGI application for a server of one's own choosing: ``gunicorn dashboard.wsgi:application``."""

from dashboard.app.create_app import create_app
from geodata.database.engine import application_engine
from geodata.settings import settings

application = create_app(settings(), application_engine()).server
