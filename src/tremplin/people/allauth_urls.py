"""The pages of django-allauth that we use, under `/account/`, by the names that it knows them by.

Its pages for addresses, passwords and signing up are not here: ours do that. Three names of its own lead to
pages of ours. Whatever changes how a person signs in wants a fresh proof of who they are.
"""

from allauth.mfa.base.views import authenticate
from allauth.mfa.recovery_codes.views import (
    download_recovery_codes,
    generate_recovery_codes,
    view_recovery_codes,
)
from allauth.mfa.totp.views import activate_totp, deactivate_totp
from allauth.mfa.webauthn.views import edit_webauthn, login_webauthn, remove_webauthn
from django.urls import path

from tremplin.people.views import entry, security
from tremplin.people.views.doors import proved

urlpatterns = [
    path("sign-in/", security.show, name="mfa_index"),
    path("sign-in/", security.show, name="mfa_list_webauthn"),
    path("enter/", entry.to_sign_in, name="account_login"),
    path("enter/second-step/", authenticate, name="mfa_authenticate"),
    path("enter/passkey/", login_webauthn, name="mfa_login_webauthn"),
    path("sign-in/second-step/", proved(activate_totp), name="mfa_activate_totp"),
    path("sign-in/second-step/off/", proved(deactivate_totp), name="mfa_deactivate_totp"),
    path("sign-in/codes/", proved(view_recovery_codes), name="mfa_view_recovery_codes"),
    path("sign-in/codes/new/", proved(generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path("sign-in/codes/text/", proved(download_recovery_codes), name="mfa_download_recovery_codes"),
    path("sign-in/passkeys/new/", proved(security.AddPasskey.as_view()), name="mfa_add_webauthn"),
    path("sign-in/passkeys/<int:pk>/", proved(edit_webauthn), name="mfa_edit_webauthn"),
    path("sign-in/passkeys/<int:pk>/remove/", proved(remove_webauthn), name="mfa_remove_webauthn"),
]
