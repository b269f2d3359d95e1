"""Outside systems that listen on real sockets, for demo and tests. Nothing of the product imports them."""
