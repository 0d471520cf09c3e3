"""Images that stand in for `apache/kafka` and `postgres` where no registry is reachable; never to be published."""
