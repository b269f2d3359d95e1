from plateward.core import rooms


class Pages(rooms.Floor):
    name = "plateward.core.pages"
