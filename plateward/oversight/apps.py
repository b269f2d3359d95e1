from plateward.core import rooms


class Oversight(rooms.Floor):
    name = "plateward.oversight"
