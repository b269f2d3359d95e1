from plateward.core import rooms


class Evidence(rooms.Floor):
    name = "plateward.work.evidence"
