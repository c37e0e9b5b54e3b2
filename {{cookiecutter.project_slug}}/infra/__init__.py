"""The infrastructure, and the build of its deployment package."""
