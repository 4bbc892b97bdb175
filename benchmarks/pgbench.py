"""pgbench's TPC-B-like script: what the server does with five prepared statements and no Python."""

import re
import subprocess
from dataclasses import dataclass

import psycopg

from benchmarks.contenders.contract import DoesNotAddUp
from benchmarks.server import Server
from config.database import parse_database_url

DATABASE = "bench_pgbench"
TITLE = "pgbench, TPC-B-like"


@dataclass
class Pgbench:
    """A scale of ten: a million accounts, a hundred tellers, ten branches. The floor, not a ledger."""

    server: Server
    scale: int = 10

    def prepare(self, *, keep: bool) -> None:
        """Its own tables, filled by itself."""
        if not (keep and self.server.has_database(DATABASE)):
            self.server.make_database(DATABASE)
            self._run("--initialize", "--quiet", f"--scale={self.scale}")
        self.server.settle(DATABASE)

    def rate(self, *, clients: int, seconds: float) -> float:
        """Transactions per second, the time for connecting left out."""
        self.server.checkpoint()
        output = self._run(
            f"--client={clients}",
            f"--jobs={min(clients, 2)}",
            f"--time={max(1, round(seconds))}",
            "--protocol=prepared",
            "--no-vacuum",
        )
        found = re.search(r"tps = ([\d.]+)", output)
        if found is None:
            raise RuntimeError(output)
        return float(found.group(1))

    def check(self) -> None:
        """Accounts, tellers, branches and history agree."""
        with psycopg.connect(self.server.url_of(DATABASE)) as connection:
            row = connection.execute(
                "select (select coalesce(sum(delta), 0) from pgbench_history),"
                " (select sum(abalance) from pgbench_accounts),"
                " (select sum(tbalance) from pgbench_tellers), (select sum(bbalance) from pgbench_branches)"
            ).fetchone()
        if row is None or len(set(row)) != 1:
            raise DoesNotAddUp(f"pgbench: {row}")

    def _run(self, *options: str) -> str:
        fields = parse_database_url(self.server.admin_url)
        place = [f"--host={fields['host']}", f"--port={fields['port']}", f"--username={fields['user']}"]
        return subprocess.run(
            [self.server.programs / "pgbench", *place, *options, DATABASE],
            env={"PGPASSWORD": fields["password"]},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
