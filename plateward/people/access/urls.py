from django.urls import path

from plateward.people.access.offices import views as offices
from plateward.people.access.orphans import views as orphans
from plateward.people.access.recovery import views as recovery
from plateward.people.access.register import views as register
from plateward.people.access.requests import views as asking
from plateward.people.access.reviews import views as reviews
from plateward.people.access.suspensions import views as suspensions
from plateward.people.notices import views as notices

app_name = "access"
urlpatterns = [
    path("mine/", asking.my_access, name="mine"),
    path("ask/", asking.ask_for_access, name="ask"),
    path("new/", asking.new_person, name="welcome"),
    path("offices/", offices.index, name="offices"),
    path("offices/<int:pk>/end/", offices.end_office, name="office_end"),
    path("offices/suspensions/<int:pk>/restore/", suspensions.restore_access, name="office_restore"),
    path("orphans/", orphans.index, name="orphans"),
    path("recovery/", recovery.index, name="recovery"),
    path("recovery/<int:pk>/", recovery.decide_recovery, name="recovery_decide"),
    path("waiting/", asking.waiting_requests, name="waiting"),
    path("waiting/decide/", asking.decide_requests, name="decide"),
    path("waiting/<int:pk>/withdraw/", asking.withdraw_request, name="withdraw"),
    path("notices/", notices.index, name="notices"),
    path("notices/new/", notices.count_new, name="notices_new"),
    path("notices/read/", notices.mark_read, name="notices_read"),
    path("of/<str:username>/", suspensions.index, name="suspensions"),
    path("of/<str:username>/leave/", suspensions.give_leave, name="leave"),
    path("of/<str:username>/terminate/", suspensions.terminate_access, name="terminate"),
    path("of/<str:username>/switch-off/", suspensions.switch_off, name="switch_off"),
    path("suspensions/<int:pk>/restore/", suspensions.restore_access, name="restore"),
    path("register/", register.index, name="register"),
    path("register/<str:form>/", register.download_register, name="register_file"),
    path("reviews/", reviews.index, name="reviews"),
    path("reviews/<int:pk>/", reviews.review_page, name="review"),
    path("reviews/<int:pk>/decide/", reviews.decide_items, name="review_decide"),
    path("reviews/<int:pk>/close/", reviews.close_review, name="review_close"),
    path("reviews/items/<int:pk>/change/", reviews.request_change, name="review_change"),
]
