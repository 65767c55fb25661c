"""Whether somebody listens on a port of this container: python listens.py PORT, for a health check."""

import socket
import sys

socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=2).close()
