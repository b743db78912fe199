"""The people of one server, made as tests need them."""
import pytest

from kit import shapes
from kit.api import Api
from kit.device import Device
from kit.names import unique
from kit.server import run_admin

PASSWORD = "correct horse 7"


class Account:
    """One person, logged in on any number of devices."""

    def __init__(self, base, key, password, open_channels):
        self.base, self.key, self.password, self.open_channels = base, key, password, open_channels

    def try_to_log_in(self, device_id=None, name=None, password=None):
        body = {"key": self.key, "password": password or self.password}
        device = {k: v for k, v in {"id": device_id, "name": name}.items() if v is not None}
        return Api(self.base).post("/v1/sessions", {**body, "device": device} if device else body)

    def log_in(self, device_id=None, name=None):
        return Device(self.base, self, self.try_to_log_in(device_id, name).ok(201))


class World:
    def __init__(self, server):
        self.server, self.base, self.open_channels = server, server.url, []

    @property
    def stranger(self):
        """HTTP without a token."""
        return Api(self.base)

    def account(self, prefix="someone", name=None):
        """Registered, never logged in."""
        key = unique(prefix)
        body = {"key": key, "password": PASSWORD, **({"name": name} if name is not None else {})}
        shapes.check_user(self.stranger.post("/v1/users", body).ok(201))
        return Account(self.base, key, PASSWORD, self.open_channels)

    def person(self, prefix="someone", name=None, device_id=None):
        """Registered and logged in on a first device."""
        return self.account(prefix, name).log_in(device_id)

    def people(self, *prefixes):
        return [self.person(prefix) for prefix in prefixes]

    def friends(self, *prefixes):
        """New people, each the friend of each."""
        people = self.people(*prefixes)
        for i, one in enumerate(people):
            for other in people[i + 1:]:
                befriend(one, other)
        return people

    def group_of(self, *prefixes):
        """A group and its people: the first owns it, and is the others' friend."""
        owner, *members = self.people(*prefixes)
        for member in members:
            befriend(owner, member)
        return owner.new_group(*members), owner, *members

    def admin(self, prefix="admin"):
        """A person who may make the admin page's calls."""
        if self.server.admin_url is None:
            pytest.skip("needs the admin listener; set GODWIT_ADMIN_URL")
        person = self.person(prefix)
        run_admin(self.server.admin_url, "users", "grant-admin", person.key)
        return person

    def service(self, name=None):
        """A business system that may push: its key is the last line of what `godwit admin key` prints."""
        printed = run_admin(self.server.admin_url, "key", "--name", name or unique("service"))
        return Api(self.base, printed.strip().splitlines()[-1].strip())

    def close(self):
        while self.open_channels:
            self.open_channels.pop().close()


def befriend(one, other):
    request = one.ask(other)
    other.answer(request).ok()
