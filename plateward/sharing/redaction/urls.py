from django.urls import path

from plateward.sharing.redaction import views

app_name = "redaction"
urlpatterns = [
    path("<day:day>/<uuid:pk>/", views.review, name="review"),
    path("<day:day>/<uuid:pk>.jpg", views.picture, name="picture"),
    path("<int:pk>/", views.redacted, name="redacted"),
    path("<int:pk>.proof.json", views.proof, name="proof"),
    path("<int:pk>.jpg", views.result, name="result"),
]
