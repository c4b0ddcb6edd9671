"""Compilers and interpreters: how one is found on this machine and what its commands are, a file per family."""
