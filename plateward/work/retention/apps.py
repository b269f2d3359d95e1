from plateward.core import rooms


class Retention(rooms.Floor):
    name = "plateward.work.retention"
