"""What the suite has seen: answers and frames, each held against the published contract as it arrives."""
import json
import threading

from kit.contract import load_asyncapi, load_openapi


class Recorder:
    def __init__(self):
        self.openapi, self.asyncapi = load_openapi(), load_asyncapi()
        self.lock = threading.Lock()
        self.answers, self.frames, self.codes = set(), set(), set()

    def answered(self, answer, hostile=False):
        """Notes an answer. Answers to hostile requests count as seen but need not be documented for each call."""
        if answer.status >= 400 and answer.media_type == "application/problem+json":
            with self.lock:
                self.codes.add(answer.code)
        if self.openapi is None:
            return
        operation = self.openapi.find(answer.method, answer.path)
        if operation is not None:
            with self.lock:
                self.answers.add((operation.method, operation.template, self.openapi.status_key(operation, answer)))
        if not hostile:
            self.openapi.check(operation, answer)

    def received(self, frame):
        with self.lock:
            self.frames.add(("send", frame.get("type")))
        if self.asyncapi is not None:
            self.asyncapi.check(frame)

    def read(self, frame):
        """A frame that came by HTTP: judged, but not counted as delivered."""
        if self.asyncapi is not None:
            self.asyncapi.check(frame)

    def sent(self, frame):
        with self.lock:
            self.frames.add(("receive", frame.get("type")))

    def save(self, path, files):
        """For another run, which holds what several saw together against the contract. `files`: of the suite, that ran whole."""
        with self.lock, open(path, "w", encoding="utf-8") as out:
            json.dump({"files": list(files), "answers": list(self.answers), "frames": list(self.frames), "codes": list(self.codes)}, out)

    def add(self, path):
        """What another run saved; answers its files."""
        with open(path, encoding="utf-8") as saved:
            seen = json.load(saved)
        self.answers |= {tuple(answer) for answer in seen["answers"]}
        self.frames |= {tuple(frame) for frame in seen["frames"]}
        self.codes |= set(seen["codes"])
        return set(seen["files"])


RECORDER = Recorder()
