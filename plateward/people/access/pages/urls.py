from django.urls import path

from plateward.people.access.asking import views as asking
from plateward.people.access.interruptions import views as interruptions
from plateward.people.access.offices import views as offices
from plateward.people.access.pages import views
from plateward.people.access.recovery import views as recovery
from plateward.people.access.register import views as register
from plateward.people.access.reviews import views as reviews
from plateward.people.notices import views as notices

app_name = "access"
urlpatterns = [
    path("mine/", views.mine, name="mine"),
    path("ask/", asking.ask, name="ask"),
    path("new/", asking.welcome, name="welcome"),
    path("offices/", offices.index, name="offices"),
    path("offices/<int:pk>/end/", offices.end, name="office_end"),
    path("offices/interruptions/<int:pk>/restore/", interruptions.restore, name="office_restore"),
    path("recovery/", recovery.index, name="recovery"),
    path("recovery/<int:pk>/", recovery.decide, name="recovery_decide"),
    path("waiting/", asking.waiting, name="waiting"),
    path("waiting/<int:pk>/", asking.decide, name="decide"),
    path("waiting/<int:pk>/withdraw/", asking.withdraw, name="withdraw"),
    path("notices/", notices.index, name="notices"),
    path("notices/read/", notices.read, name="notices_read"),
    path("of/<str:username>/", interruptions.index, name="interruptions"),
    path("of/<str:username>/leave/", interruptions.leave, name="leave"),
    path("of/<str:username>/terminate/", interruptions.terminate, name="terminate"),
    path("of/<str:username>/switch-off/", interruptions.switch_off, name="switch_off"),
    path("interruptions/<int:pk>/restore/", interruptions.restore, name="restore"),
    path("register/", register.index, name="register"),
    path("register/<str:form>/", register.download, name="register_file"),
    path("reviews/", reviews.index, name="reviews"),
    path("reviews/<int:pk>/", reviews.review, name="review"),
    path("reviews/<int:pk>/decide/", reviews.decide, name="review_decide"),
    path("reviews/<int:pk>/close/", reviews.close, name="review_close"),
    path("reviews/items/<int:pk>/change/", reviews.change, name="review_change"),
]
