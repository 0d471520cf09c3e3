"""`egov fuzz`: a chain at work while hostile records come on all its topics."""
