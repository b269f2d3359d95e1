from plateward.core import rooms


class People(rooms.Floor):
    name = "plateward.people"
