"""`python -m plateward` is `plateward`."""

from plateward.cli import main

main()
