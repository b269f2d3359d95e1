from django.urls import path

from plateward.alerts.closing import views

app_name = "closing"
urlpatterns = [
    path("<int:pk>/dispose", views.dispose, name="dispose"),
    path("dispositions/", views.to_review, name="to_review"),
    path("dispositions/<int:pk>/", views.review, name="review"),
]
