"""Names the one reason why pulling an image from Amazon ECR fails."""

__version__ = "0.1.0"
