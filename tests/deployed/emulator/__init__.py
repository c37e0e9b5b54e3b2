"""ministack, a local emulator of AWS, and what its version in `requirements.txt` lacks for the generated stacks.

Each module but `__main__` fills one gap: it says what AWS does, and goes once a version of ministack does the same.
"""
