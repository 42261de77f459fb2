"""What README says about the vendor's own SDK, tried on that SDK: ``make rivals``."""
