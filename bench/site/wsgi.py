"""The bench site for other servers than ours."""

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
