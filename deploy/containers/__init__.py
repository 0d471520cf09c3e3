"""The chain in containers: what each container of deploy/compose.yaml runs, as `python -m deploy.containers WHAT`."""
