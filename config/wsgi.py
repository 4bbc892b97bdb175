"""The web server's entry."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# A request sees no firm's rows before it is known whose it is (tenancy/).
os.environ["STRONGROOM_ACTS_FOR"] = "nobody"

application = get_wsgi_application()
