"""The public service "award of educational grants", as ЕСУВО and the Testing Centre's common database carry it."""
