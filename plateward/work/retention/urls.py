from django.urls import path

from plateward.work.retention import views, views_evidence, views_holds
from plateward.work.retention.storage import views as storage

app_name = "retention"
urlpatterns = [
    path("", views.index, name="index"),
    path("confirm/", views.confirm, name="confirm"),
    path("schedule/propose/", views.propose, name="propose"),
    path("schedule/<int:pk>/", views.schedule, name="schedule"),
    path("schedule/<int:pk>/decide/", views.decide, name="decide"),
    path("certificates/", views.certificates, name="certificates"),
    path("certificates/<int:pk>/", views.certificate, name="certificate"),
    path("certificates/<int:pk>/file/", views.certificate_file, name="certificate_file"),
    path("copies/", views.copies, name="copies"),
    path("losses/", views.losses, name="losses"),
    path("holds/", views_holds.holds, name="holds"),
    path("holds/place/", views_holds.place, name="place"),
    path("holds/<int:pk>/", views_holds.show_hold, name="hold"),
    path("holds/<int:pk>/lift/", views_holds.lift, name="lift"),
    path("holds/<int:pk>/review/", views_holds.review, name="review"),
    path("evidence/", views_evidence.evidence, name="evidence"),
    path("evidence/adjudicate/", views_evidence.adjudicate, name="adjudicate"),
    path("storage/", storage.storage, name="storage"),
    path("storage/record", storage.record_storage, name="storage_record"),
    path("storage/<int:pk>/check", storage.check_storage, name="storage_check"),
    path("storage/<int:pk>/end", storage.end_storage, name="storage_end"),
    path("orders/", views_evidence.orders, name="orders"),
    path("orders/sign/", views_evidence.sign, name="sign"),
    path("orders/<int:pk>/", views_evidence.order, name="order"),
    path("orders/<int:pk>/revoke/", views_evidence.revoke, name="revoke"),
]
