"""Run by the model server's own Python: llama.cpp's server, embedded by the wheel xllamacpp, until it is told to end.

usage: llama.py MODEL PORT SLOTS CONTEXT NAME
"""

import signal
import sys

import xllamacpp


def main() -> None:
    path, port, slots, context, name = sys.argv[1:]
    wanted = xllamacpp.CommonParams()
    wanted.model.path = path
    wanted.model_alias = {name}
    wanted.hostnames = ["127.0.0.1"]
    wanted.port = int(port)
    wanted.n_parallel = int(slots)
    wanted.n_ctx = int(context) * int(slots)
    wanted.use_jinja = True
    # One thread: tests share the machine. No cache of prompts: with it, seeded texts depend on what was asked before.
    wanted.cpuparams.n_threads = wanted.cpuparams_batch.n_threads = 1
    wanted.cache_prompt = False
    wanted.cache_ram_mib = 0
    server = xllamacpp.Server(wanted)
    print(server.listening_address, flush=True)
    signal.sigwait({signal.SIGTERM, signal.SIGINT})


if __name__ == "__main__":
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    main()
