"""An embedded look-alike of Amazon ECR, broken as named."""
