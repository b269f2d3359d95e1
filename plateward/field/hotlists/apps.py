from plateward.core import rooms


class HotLists(rooms.Floor):
    name = "plateward.field.hotlists"
