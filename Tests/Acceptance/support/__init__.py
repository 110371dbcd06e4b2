"""What the acceptance tests share: the server under test, self-made data, and references made by other libraries."""
