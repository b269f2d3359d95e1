from plateward.core import rooms


class Web(rooms.Floor):
    name = "plateward.web"
