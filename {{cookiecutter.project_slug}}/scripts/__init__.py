"""The commands behind the tasks."""
