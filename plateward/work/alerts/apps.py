from plateward.core import rooms


class Alerts(rooms.Floor):
    name = "plateward.work.alerts"
