from plateward.core import rooms


class Audit(rooms.Floor):
    name = "plateward.core.audit"
