"""The infrastructure, and what builds what it deploys."""
