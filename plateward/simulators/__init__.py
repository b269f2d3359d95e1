"""Outside systems that listen on real sockets, for demo and tests. The product imports none of them."""
