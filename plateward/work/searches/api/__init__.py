"""The API: what the pages of searches do, for programs. The same gate, brakes and log; tokens instead of sessions."""
