# measure: runs a command several times and prints wall times (seconds) and peak memory (KiB) as JSON.
#
# usage: measure.py RUNS INPUT_FILE|- COMMAND...   (standard output of the command is discarded)
import json
import os
import sys
import time


def run_once(argv, input_path):
    start = time.perf_counter()
    pid = os.fork()
    if pid == 0:
        source = os.open(input_path if input_path != "-" else os.devnull, os.O_RDONLY)
        sink = os.open(os.devnull, os.O_WRONLY)
        os.dup2(source, 0)
        os.dup2(sink, 1)
        errors = os.open("/tmp/vaquest-bench-stderr", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(errors, 2)
        os.execvp(argv[0], argv)
    _, status, usage = os.wait4(pid, 0)
    return time.perf_counter() - start, usage.ru_maxrss, os.waitstatus_to_exitcode(status)


def main():
    runs, input_path, argv = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
    results = [run_once(argv, input_path) for _ in range(runs)]
    print(json.dumps({
        "seconds": [seconds for seconds, _, _ in results],
        "peakKiB": max(peak for _, peak, _ in results),
        "exit": max((code for _, _, code in results), key=abs),
    }))


main()
