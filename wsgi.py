"""What a WSGI server is pointed at: ``wsgi:app``."""

from archive import logs
from archive.app import create_app

logs.configure()
app = create_app()
