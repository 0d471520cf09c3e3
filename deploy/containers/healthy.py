"""`python -m deploy.containers.healthy PORT`: exit code 0 if the service of this container is ready to work."""

import http.client
import sys

_WITHIN_SECONDS = 4.0


def healthy(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_WITHIN_SECONDS)
    try:
        connection.request("GET", "/health/ready")
        return connection.getresponse().status == http.client.OK
    except OSError:
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(0 if healthy(int(sys.argv[1])) else 1)
