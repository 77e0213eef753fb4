"""Servers that a landing folder may be on, for tests: an S3 one (moto) and an SFTP one (asyncssh)."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncssh
import boto3
from moto.server import ThreadedMotoServer

SECRET = "wJalrXUtnFEMI-K7MDENG"
PASSWORD = "hunter2-but-longer"


class S3:
    """An S3 server with one bucket."""

    bucket = "exports"

    def __init__(self, port: int) -> None:
        self.endpoint = f"http://127.0.0.1:{port}"
        self.environment = {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_DEFAULT_REGION": "us-east-1",
        }
        self.client = boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
            aws_secret_access_key=SECRET,
            region_name="us-east-1",
        )
        self.client.create_bucket(Bucket=self.bucket)

    def put(self, key: str, content: str | bytes) -> None:
        self.client.put_object(Bucket=self.bucket, Key=key, Body=content)

    def remove(self, key: str) -> None:
        self.client.delete_object(Bucket=self.bucket, Key=key)


@contextmanager
def s3_server() -> Iterator[S3]:
    """A server on a free port."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        yield S3(server.get_host_and_port()[1])
    finally:
        server.stop()


class Sftp:
    """An SFTP server over a folder; `opened` are the files that were read, `hold_after` is where reading stops."""

    def __init__(self, root: Path) -> None:
        self.root, self.opened = root, list[str]()
        self.port = 0
        self.host_key = asyncssh.generate_private_key("ssh-ed25519")
        self.hold_after: tuple[str, int] | None = None
        self.holding = threading.Event()

    def known_hosts(self, path: Path) -> str:
        """A known_hosts file with this server in it."""
        key = self.host_key.export_public_key().decode().strip()
        path.write_text(f"[127.0.0.1]:{self.port} {key}\n")
        return str(path)


class _Server(asyncssh.SSHServer):
    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == ("crm", PASSWORD)


@contextmanager
def sftp_server(root: Path) -> Iterator[Sftp]:
    """A server on a free port, in a thread of its own."""
    sftp = Sftp(root)

    class Files(asyncssh.SFTPServer):
        def __init__(self, channel: Any) -> None:
            super().__init__(channel, chroot=str(root))

        def open(self, path: bytes, pflags: int, attrs: Any) -> Any:
            sftp.opened.append(path.decode().lstrip("/"))
            return super().open(path, pflags, attrs)

        async def read(self, file_obj: Any, offset: int, size: int) -> bytes:
            if sftp.hold_after and file_obj.name.decode().endswith(sftp.hold_after[0]) and offset >= sftp.hold_after[1]:
                sftp.holding.set()
                while sftp.hold_after:
                    await asyncio.sleep(0.02)
            return super().read(file_obj, offset, size)  # type: ignore[return-value]

    started, loop, stop = threading.Event(), asyncio.new_event_loop(), asyncio.Event()

    async def serve() -> None:
        server = await asyncssh.listen(
            "127.0.0.1", 0, server_factory=_Server, server_host_keys=[sftp.host_key], sftp_factory=Files
        )
        sftp.port = server.get_port()
        started.set()
        await stop.wait()
        server.close()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()), daemon=True)
    thread.start()
    assert started.wait(30)
    try:
        yield sftp
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(30)
