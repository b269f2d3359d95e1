from django.urls import path

from plateward.people.access import views
from plateward.people.access.notices import views as notices

app_name = "access"
urlpatterns = [
    path("mine/", views.mine, name="mine"),
    path("notices/", notices.index, name="notices"),
    path("notices/read/", notices.read, name="notices_read"),
]
