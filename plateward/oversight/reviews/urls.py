from django.urls import path

from plateward.oversight.reviews import views

app_name = "reviews"
urlpatterns = [
    path("", views.index, name="index"),
    path("<int:pk>/", views.show_review, name="review"),
    path("<int:pk>/in-order/", views.in_order, name="in_order"),
    path("<int:pk>/sign/", views.sign, name="sign"),
    path("<int:pk>/report/", views.report, name="report"),
    path("questions/<int:pk>/", views.question, name="question"),
    path("items/<int:pk>/", views.answer, name="answer"),
]
