"""An AWS Lambda function that confirms orders."""
