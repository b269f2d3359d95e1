from plateward.core import rooms


class Fleet(rooms.Floor):
    name = "plateward.field.fleet"
