from django.urls import path

from plateward.work.searches import views, views_reach

app_name = "searches"
urlpatterns = [
    path("", views.ask, name="ask"),
    path("incident/", views.show_incident, name="incident"),
    path("own/", views.list_own, name="own"),
    path("<int:pk>/", views.show_search, name="search"),
    path("<int:pk>/withdraw", views.withdraw, name="withdraw"),
    path("approvals/", views.list_approvals, name="approvals"),
    path("approvals/<int:pk>/", views.decide, name="decide"),
    path("marked/", views.list_marked, name="marked"),
    path("marked/<int:pk>/", views.review_marked, name="review_marked"),
    path("flagged/", views.list_flagged, name="flagged"),
    path("reach/", views_reach.show_reach, name="reach"),
    path("stopped/", views.list_stopped, name="stopped"),
    path("stopped/<int:pk>/", views.decide_stopped, name="stopped_request"),
]
