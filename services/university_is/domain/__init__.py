"""What a university decides: the case, the ledger of blank forms, the register of graduates. Pure."""
