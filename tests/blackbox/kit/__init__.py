"""Helpers of the black-box suite: a server to test, people to act, and clients that trust nothing they receive."""
