"""Reads OpenAPI documents that the vendor published, and tells how they differ from the spec."""
