from django.urls import path

from plateward.field.hotlists.requests.views import reviewing, submitting

app_name = "requests"
urlpatterns = [
    path("", submitting.list_own, name="mine"),
    path("ask", submitting.submit, name="ask"),
    path("<int:pk>/", submitting.show_request, name="own"),
    path("<int:pk>/mend", submitting.resubmit, name="mend"),
    path("<int:pk>/withdraw", submitting.withdraw_request, name="withdraw"),
    path("remove/<uuid:pk>", submitting.submit_removal, name="remove"),
    path("history/<uuid:pk>/", submitting.show_history, name="history"),
    path("review/", reviewing.list_to_review, name="to_review"),
    path("review/<int:pk>/", reviewing.review_request, name="review"),
    path("review/<int:pk>/emergency", reviewing.approve_emergency, name="emergency"),
    path("emergencies", reviewing.refresh_banner, name="emergencies"),
    path("later/", reviewing.manage_review_after_entry, name="later"),
]
