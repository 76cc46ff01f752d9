"""A server that records what the proxy sends, in place of `orouter serve`."""
import socket
import threading


class Recorder:
    """Replies with 200, and breaks the connection of a generation (`POST` to `/responses`).

    The proxy uses it inside of `with`.
    """

    def __init__(self, setup):
        self.proxy, self.server_port = setup.proxy, setup.server.port
        self.connections = []
        self.headers = {}  # of the last request
        self.body_bytes = 0  # of the last request
        self.generations = 0

    def __enter__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self.accept, daemon=True).start()
        self.use(self.listener.getsockname()[1])
        return self

    def __exit__(self, *arguments):
        self.use(self.server_port)
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for connection in self.connections:
            close(connection)

    def use(self, port):
        self.proxy.upstream = port
        self.proxy.reload()

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections.append(connection)
            threading.Thread(target=self.serve, args=[connection], daemon=True).start()

    def serve(self, connection):
        with connection.makefile("rb") as reader:
            while line := reader.readline():
                headers = {}
                while (header := reader.readline()) not in (b"\r\n", b""):
                    name, _, value = header.decode().rstrip("\r\n").partition(": ")
                    headers[name.lower()] = value
                if b"/responses" in line:
                    self.generations += 1
                    break
                self.headers, self.body_bytes = headers, body_bytes(reader, headers)
                connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}")
                if headers.get("connection") == "close":
                    break
        close(connection)


def body_bytes(reader, headers):
    """Reads a body, and returns its size."""
    if headers.get("transfer-encoding") != "chunked":
        return len(reader.read(int(headers.get("content-length", 0))))
    total = 0
    while size := int(reader.readline(), 16):
        total += len(reader.read(size))
        reader.readline()
    reader.readline()
    return total


def close(connection):
    """Closes a connection that a reader may still hold."""
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # closed already
    connection.close()
