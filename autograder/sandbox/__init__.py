"""Run code that nobody has to trust: warm processes, walls of the operating system around each, nothing left behind.

Knows nothing of grading. A *zygote* is a warm process without secrets. It forks *boxes*: places with walls, each with
a tiny init. A box runs one *guest* after another and wipes itself between two of them. Linux only: elsewhere nothing
holds.
"""
