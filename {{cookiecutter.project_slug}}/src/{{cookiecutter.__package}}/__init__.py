"""An AWS Lambda function that confirms orders."""

import os
{% if not cookiecutter.idempotency and cookiecutter.event_source != 's3' %}

from .lazy_imports import import_lazily
{% endif %}

# At its first model, pydantic would search all that is installed for plugins, of which there are none.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")
{% if not cookiecutter.idempotency and cookiecutter.event_source != 's3' %}
# What it would search with: up to a tenth of a cold start.
for module in ("csv", "importlib.metadata", "zipfile"):
    import_lazily(module)
{% endif %}
