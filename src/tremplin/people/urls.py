"""URLs of signing in and of one's account."""

from django.urls import path

from tremplin.people.views import account, entry, security, tokens

app_name = "people"
urlpatterns = [
    path("sign-in/", entry.sign_in, name="sign-in"),
    path("sign-in/sent/", entry.sent, name="sign-in-sent"),
    path("sign-in/password/", entry.password, name="sign-in-password"),
    path("sign-in/link/<str:link>/", entry.open_link, name="sign-in-link"),
    path("sign-out/", entry.sign_out, name="sign-out"),
    path("account/", account.show, name="account"),
    path("account/details/", account.details, name="details"),
    path("account/data/", account.download, name="download"),
    path("account/erase/", account.erase, name="erase"),
    path("account/consents/<str:purpose>/", account.consent, name="consent"),
    path("account/tokens/", tokens.show, name="tokens"),
    path("account/tokens/new/", tokens.make, name="token-new"),
    path("account/tokens/<slug:ref>/", tokens.revoke, name="token-revoke"),
    path("account/sign-in/", security.show, name="security"),
    path("account/sign-in/password/", security.password, name="password"),
    path("account/sign-in/address/", security.address, name="address"),
    path("account/sign-in/address/code/", security.address_code, name="address-code"),
    path("account/sign-in/proof/", security.proof, name="proof"),
    path("account/sign-in/browsers/", security.end_others, name="end-others"),
    path("account/sign-in/browsers/<slug:ref>/", security.end_one, name="end-one"),
]
