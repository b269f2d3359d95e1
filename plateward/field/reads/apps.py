from plateward.core import rooms


class Reads(rooms.Floor):
    name = "plateward.field.reads"
