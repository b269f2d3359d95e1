"""A camera on the network for tests: MJPEG over HTTP on a real socket."""

import socket
import ssl
import threading

import cv2

from plateward.reader.tests.stand_ins import photograph

HEAD = b"HTTP/1.0 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=frame\r\n\r\n"

LEADS = {
    "redirect": b"HTTP/1.0 302 Found\r\nLocation: %s\r\n\r\n",
    "playlist": b"HTTP/1.0 200 OK\r\nContent-Type: application/vnd.apple.mpegurl\r\n\r\n"
    b"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n%s\n#EXT-X-ENDLIST\n",
}


class Stream:
    """Serves one connection after another, each according to its part:

    - `stall`: pictures, then silence on a connection that stays open
    - `drop`: pictures, a damaged one among them, then the connection ends
    - `refuse`: no answer at all
    - `live`: pictures until the test ends
    - `probe`: a connection that asks for nothing, or none, if `tls` fails
    - `redirect`, `playlist`: an answer that leads to `target`
    """

    def __init__(self, *parts: str, tls: ssl.SSLContext | None = None) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self._tls = tls
        self.port = self._server.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/video"
        self.target = ""
        self.connections: list[str] = []
        self.end = threading.Event()
        self._thread = threading.Thread(target=self._serve, args=(parts,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self.end.set()
        self._server.close()
        self._thread.join(5)

    def _serve(self, parts: tuple[str, ...]) -> None:
        stalled = []  # kept open
        for number, part in enumerate(parts):
            try:
                connection, _ = self._server.accept()
                self.connections.append(part)
                if self._tls:
                    connection = self._tls.wrap_socket(connection, server_side=True)
                asked = part != "refuse" and connection.recv(4096)
                if not asked or part == "probe":
                    connection.close()
                    continue
                if part in LEADS:
                    connection.sendall(LEADS[part] % self.target.encode())
                    connection.close()
                    continue
                connection.sendall(HEAD)
                count = 0
                while not self.end.wait(0.02) and (part == "live" or count < 12):
                    connection.sendall(self._part(40 * (number + 1), damaged=part == "drop" and count == 5))
                    count += 1
                if part == "stall":
                    stalled.append(connection)
                else:
                    connection.close()
            except OSError:
                continue
        for connection in stalled:
            connection.close()

    @staticmethod
    def _part(shade: int, damaged: bool) -> bytes:
        jpeg = bytes(cv2.imencode(".jpg", photograph(shade))[1])
        if damaged:
            jpeg = jpeg[:200] + bytes(len(jpeg) - 200)
        return b"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n%s\r\n" % (len(jpeg), jpeg)
