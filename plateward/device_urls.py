"""The device listener: what a reader may ask of the hub, and nothing else. Every request is signed."""

from django.urls import path

from plateward.field.fleet import certificates
from plateward.field.fleet.officers import api as officers
from plateward.field.fleet.placements import delivery as placements
from plateward.field.hotlists.delivery import api as hotlists
from plateward.field.reads.intake import api as reads

urlpatterns = [
    path("v1/batches", reads.receive_batches, name="batches"),
    path("v1/placement", placements.deliver_placement, name="placement"),
    path("v1/certificate", certificates.renew_certificate, name="certificate"),
    path("v1/hotlist", hotlists.deliver_hotlists, name="hotlist"),
    path("v1/login", officers.check_log_in, name="login"),
    path("v1/login/code", officers.give_code, name="code"),
    path("v1/login/code/taken", officers.take_code, name="code_taken"),
    path("v1/screen", officers.take_report, name="screen"),
]

handler404 = "plateward.field.fleet.devices.not_found"
handler500 = "plateward.field.fleet.devices.server_error"
