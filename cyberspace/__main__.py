"""`python -m cyberspace` is the command `cyberspace`."""

from cyberspace.cli import main

main()
