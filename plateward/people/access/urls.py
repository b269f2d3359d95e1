from django.urls import path

from plateward.people.access import views
from plateward.people.access.interruptions import views as interruptions
from plateward.people.access.notices import views as notices

app_name = "access"
urlpatterns = [
    path("mine/", views.mine, name="mine"),
    path("notices/", notices.index, name="notices"),
    path("notices/read/", notices.read, name="notices_read"),
    path("of/<str:username>/", interruptions.index, name="interruptions"),
    path("of/<str:username>/leave/", interruptions.leave, name="leave"),
    path("of/<str:username>/terminate/", interruptions.terminate, name="terminate"),
    path("of/<str:username>/switch-off/", interruptions.switch_off, name="switch_off"),
    path("interruptions/<int:pk>/restore/", interruptions.restore, name="restore"),
]
