"""Clients of the public registers of companies, VAT numbers, notices and addresses."""
