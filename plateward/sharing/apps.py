from plateward.core import rooms


class Sharing(rooms.Floor):
    name = "plateward.sharing"
