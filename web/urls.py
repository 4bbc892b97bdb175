"""Routes of the pages."""

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from web.views.overview import overview

urlpatterns = [
    path("", overview, name="overview"),
    path(
        "sign-in",
        LoginView.as_view(template_name="web/sign_in.html", redirect_authenticated_user=True),
        name="sign-in",
    ),
    path("sign-out", LogoutView.as_view(), name="sign-out"),
]
