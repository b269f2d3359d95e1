from django.urls import path

from plateward.hotlists.requests.views import asking, emergency, history, later, reviewing

app_name = "requests"
urlpatterns = [
    path("", asking.mine, name="mine"),
    path("ask", asking.ask, name="ask"),
    path("<int:pk>/", asking.own, name="own"),
    path("<int:pk>/mend", asking.mend, name="mend"),
    path("<int:pk>/withdraw", asking.withdraw, name="withdraw"),
    path("remove/<uuid:pk>", asking.remove, name="remove"),
    path("history/<uuid:pk>/", history.entry, name="history"),
    path("review/", reviewing.to_review, name="to_review"),
    path("review/<int:pk>/", reviewing.review, name="review"),
    path("review/<int:pk>/emergency", emergency.approve, name="emergency"),
    path("emergencies", emergency.emergencies, name="emergencies"),
    path("later/", later.later, name="later"),
]
