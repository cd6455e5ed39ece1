"""OpenAPI documents, and documents of several drafts, put as plain JSON Schema at the same places."""
