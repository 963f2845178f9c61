"""Pages of what is kept: erasure requests, what goes when, what is kept about oneself."""

from tremplin.privacy.views.audiences import audiences
from tremplin.privacy.views.erasures import one, requests, site_one, site_requests
from tremplin.privacy.views.mine import mine
from tremplin.privacy.views.retention import hold, lift, retention

__all__ = ["audiences", "hold", "lift", "mine", "one", "requests", "retention", "site_one", "site_requests"]
