"""ministack, a local emulator of AWS, and what its version in `requirements.txt` lacks for the generated stacks.

Each module with a function `fill` fills one gap. It says what AWS does, and goes when a version of ministack does it.
"""
