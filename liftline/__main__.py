"""`python -m liftline`, as the supervisor starts our own processes."""

from liftline.cli import main

main()
