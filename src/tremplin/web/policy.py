"""The content security policy of a page, put into words once."""

from typing import Any

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class PolicyMiddleware(CSPMiddleware):
    """django-csp's. A page that asks for nothing of its own gets the policy of the settings, which never changes."""

    def __init__(self, get_response: Any) -> None:
        super().__init__(get_response)
        only_reported = getattr(settings, "CONTENT_SECURITY_POLICY_REPORT_ONLY", None)
        self.usual = "" if settings.DEBUG or only_reported else build_policy()

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> Any:
        own = hasattr(request, "_csp_nonce") or any(name.startswith("_csp") for name in vars(response))
        if own or not self.usual or HEADER in response:
            return super().process_response(request, response)
        response[HEADER] = self.usual
        return response
