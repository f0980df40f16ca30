#!/usr/bin/env python3
"""Measures the dashboard through a pseudo-terminal: start, keys, processor time, bytes, memory.

    swift build -c release
    python3 demos/bench_dashboard.py --ranktop .build/release/ranktop            # the small tables
    python3 demos/bench_dashboard.py --ranktop .build/release/ranktop --big      # also 1 000 000 steps

It makes its runs with `ranktop demo --synthetic` in a folder of its own (the big one takes a few GB and
some minutes; --keep FOLDER keeps them for the next time). Python 3 and Linux, nothing else.
"""

import argparse
import collections
import fcntl
import os
import pty
import random
import select
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time

TICKS = os.sysconf("SC_CLK_TCK")
DIGITS = [b"1", b"2", b"3", b"4", b"6"]


class Resident(collections.namedtuple("Resident", "all own")):
    def __str__(self):
        return f"{self.all / 1e6:.1f} MB ({self.own / 1e6:.1f} of its own)"


class Screen:
    """A program on a pseudo-terminal of its own."""

    def __init__(self, command, width, height):
        self.started = time.monotonic()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ.update(TERM="xterm-256color", LANG="C.UTF-8", LC_ALL="C.UTF-8")
            # The size must stand before the program asks for it.
            fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
            os.execv(command[0], command)
        self.output = bytearray()

    def read(self, seconds):
        """Reads what comes within so many seconds; returns the time of the first byte, or None."""
        end = time.monotonic() + seconds
        first = None
        while (left := end - time.monotonic()) > 0:
            if not select.select([self.fd], [], [], left)[0]:
                break
            try:
                data = os.read(self.fd, 1 << 16)
            except OSError:
                break
            if not data:
                break
            self.last = time.monotonic()
            first = first or self.last
            self.output += data
        return first

    def settle(self, silence=0.3, limit=20):
        """Reads until nothing has come for a while."""
        end = time.monotonic() + limit
        while time.monotonic() < end:
            if self.read(silence) is None:
                return

    def first_byte(self, key, limit=1.0):
        """Seconds from a key to the first byte of its answer, or None."""
        started = time.monotonic()
        os.write(self.fd, key)
        if not select.select([self.fd], [], [], limit)[0]:
            return None
        return time.monotonic() - started

    def cpu(self):
        fields = open(f"/proc/{self.pid}/stat").read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def resident(self):
        """Resident bytes: all, and those that are its own (the rest are pages of shared files)."""
        values = {}
        for line in open(f"/proc/{self.pid}/status"):
            if line.startswith(("RssAnon", "VmRSS")):
                name, value = line.split(":")
                values[name] = int(value.split()[0]) * 1024
        return Resident(values["VmRSS"], values["RssAnon"])

    def close(self):
        try:
            os.kill(self.pid, signal.SIGTERM)
            deadline = time.monotonic() + 3
            while time.monotonic() < deadline:
                if os.waitpid(self.pid, os.WNOHANG)[0]:
                    break
                self.read(0.05)
            else:
                os.kill(self.pid, signal.SIGKILL)
                os.waitpid(self.pid, 0)
        except (ProcessLookupError, ChildProcessError):
            pass
        os.close(self.fd)


def start(command, width, height, rounds=9, wanted=b"quit"):
    """Milliseconds from exec to the last byte of the first whole frame, and its bytes."""
    times, sizes = [], []
    for _ in range(rounds):
        screen = Screen(command, width, height)
        screen.read(0.02)
        while wanted not in screen.output:
            if time.monotonic() - screen.started > 20:
                screen.close()
                sys.exit(f"no frame within 20 s, but: {bytes(screen.output[-400:])}")
            screen.read(0.005)
        screen.read(0.03)
        times.append((screen.last - screen.started) * 1000)
        sizes.append(len(screen.output))
        screen.close()
    return times, sizes


def say(what, figure):
    print(f"{what:<58} {figure}", flush=True)


def ms(values):
    return f"median {statistics.median(values):.1f} ms, worst {max(values):.1f} ms ({len(values)} times)"


def keys(command, width, height, presses=200, seed=1):
    screen = Screen(command, width, height)
    screen.settle()
    generator = random.Random(seed)
    view, key, times, sizes = b"1", b"", [], []
    for _ in range(presses):
        # Only keys that change what is shown: one that does nothing has no answer to wait for.
        # Two digits in a row are a count.
        choice = [b"]", b"[", b".", b","]
        if key not in DIGITS:
            choice += [digit for digit in DIGITS if digit != view]
        if view in (b"1", b"2"):
            choice += [b"m", b"c"]
        key = generator.choice(choice)
        view = key if key in DIGITS else view
        before = len(screen.output)
        taken = screen.first_byte(key)
        screen.settle(0.05, 2)
        if taken is not None:
            times.append(taken * 1000)
            sizes.append(len(screen.output) - before)
    screen.close()
    return times, sizes


def idle(command, width, height, seconds):
    """Share of one core, and bytes, while nothing changes."""
    screen = Screen(command, width, height)
    screen.settle(2, 30)
    before, sent, begun = screen.cpu(), len(screen.output), time.monotonic()
    screen.read(seconds)
    share = (screen.cpu() - before) / (time.monotonic() - begun)
    sent = len(screen.output) - sent
    resident = screen.resident()
    screen.close()
    return share, sent, resident


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ranktop", default=".build/release/ranktop")
    parser.add_argument("--big", action="store_true", help="also a run of 1 000 000 steps")
    parser.add_argument("--keep", help="folder for the runs; default: a temporary one")
    parser.add_argument("--seconds", type=float, default=30, help="length of the live and idle parts")
    options = parser.parse_args()
    ranktop = os.path.abspath(options.ranktop)
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or temporary
        os.makedirs(folder, exist_ok=True)

        def run_file(name, specification, *more):
            path = os.path.join(folder, name)
            if not os.path.exists(path):
                subprocess.run(
                    [ranktop, "demo", "--synthetic", specification, "--output", path, *more],
                    check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            return path

        small = run_file("small.ranktop", "layers=6,kinds=6,slots=6,steps=600")
        scalars = run_file(
            "scalars.ranktop", "layers=9,kinds=7,modules=57,slots=16,steps=5000,statistics=1")
        for width, height in [(120, 40), (200, 60)]:
            size = f"{width}x{height}"
            replay = [ranktop, "replay", "--step", "300"]
            times, sizes = start(replay + [small], width, height)
            say(f"start to first full frame, 600 steps, {size}", ms(times))
            say("  its bytes, half of the run and all of its ranks in it", f"{max(sizes)}")
            times, _ = start(replay + [scalars], width, height)
            say(f"start, run of 285 000 values, {size}", ms(times))
            times, sizes = keys(replay + [scalars], width, height)
            say(f"key to first byte, {size}", ms(times))
            say(f"  bytes a key", f"median {statistics.median(sizes):.0f}, most {max(sizes)}")
        share, sent, resident = idle(
            [ranktop, "replay", "--step", "5000", scalars], 120, 40, options.seconds)
        say("held replay: share of a core, bytes", f"{share * 100:.2f} %, {sent} bytes")
        say("  resident after 285 000 values", f"{resident}")
        live(ranktop, folder, options.seconds)
        if options.big:
            big(ranktop, run_file)


def live(ranktop, folder, seconds):
    """A run of 57 modules at 20 steps a second, followed; then the same while its writer is stopped."""
    path = os.path.join(folder, "live.ranktop")
    writer = subprocess.Popen(
        [ranktop, "demo", "--synthetic",
         "layers=9,kinds=7,modules=57,slots=16,steps=100000,decisions=10000,statistics=1",
         "--rate", "20", "--output", path, "--force"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        time.sleep(3)
        _, sizes = start([ranktop, "watch", "--readonly", path], 120, 40, rounds=3)
        say("first frame of a run that has begun, 120x40", f"{max(sizes)} bytes")
        screen = Screen([ranktop, "watch", "--readonly", path], 120, 40)
        screen.settle(0.5, 3)
        screen.read(2)
        before, sent, begun = screen.cpu(), len(screen.output), time.monotonic()
        screen.read(seconds)
        taken = time.monotonic() - begun
        say("live, 57 modules at 20 steps/s: share of a core", f"{(screen.cpu() - before) / taken * 100:.2f} %")
        say("  bytes a second", f"{(len(screen.output) - sent) / taken:.0f}")
        writer.send_signal(signal.SIGSTOP)
        screen.read(3)
        before, sent, begun = screen.cpu(), len(screen.output), time.monotonic()
        screen.read(seconds)
        taken = time.monotonic() - begun
        say("the same while nothing is written: share, bytes",
            f"{(screen.cpu() - before) / taken * 100:.2f} %, {len(screen.output) - sent} bytes")
        say("  resident", f"{screen.resident()}")
        screen.close()
    finally:
        writer.send_signal(signal.SIGCONT)
        writer.terminate()
        writer.wait()


def big(ranktop, run_file):
    path = run_file("big.ranktop", "layers=80,kinds=7,slots=64,steps=1000000")
    times, _ = start([ranktop, "replay", "--step", "500000", path], 200, 60, rounds=5)
    say("open a run of 1 000 000 steps, 200x60", ms(times))
    screen = Screen([ranktop, "replay", "--step", "500000", path], 200, 60)
    screen.settle()
    generator = random.Random(2)
    seeks, memory = [], []
    # Each step twice: the second time the file's pages are in memory, as those of a run at hand are.
    for step in 2 * [generator.randint(1, 999_999) for _ in range(60)]:
        os.write(screen.fd, b":%d" % step)
        screen.settle(0.1, 2)
        taken = screen.first_byte(b"\r")
        screen.settle(0.1, 2)
        seeks.append(taken * 1000 if taken else float("nan"))
        memory.append(screen.resident())
    say("seek anywhere: enter to first byte, the first time", ms(seeks[:60]))
    say("  once more", ms(seeks[60:]))
    say("  resident, first and last seek", f"{memory[0]}, {memory[-1]}")
    os.write(screen.fd, b"g" + b"+" * 8 + b" ")
    for minute in range(3):
        screen.read(20)
        memory.append(screen.resident())
    say("  resident while it plays 64 times as fast", ", ".join(str(m) for m in memory[-3:]))
    screen.close()


if __name__ == "__main__":
    sys.exit(main())
