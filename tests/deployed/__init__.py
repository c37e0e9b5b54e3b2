"""Generated projects deployed to a local emulator of AWS: created, used, changed, broken and destroyed."""
