"""4002: a client that does not read costs its own bounded queue, and nothing of it is lost."""
from kit import rfc6455
from kit.raw_socket import Gone, RawSocket, split_close
from kit.world import World

SETTINGS = {"SOCKET_QUEUE_BYTES": 65536}
TEXT = "x" * 8000
MANY = 150  # over a megabyte: more than the queue and what the kernel holds together

MUCH = 600  # 4.8 megabytes


def read_to_the_end(raw):
    """How many messages had come when the server closed, and its code."""
    count = 0
    try:
        while True:
            frame = raw.frame(within=10)
            if frame.opcode == rfc6455.CLOSE:
                return count, split_close(frame.payload)[0]
            count += frame.opcode == rfc6455.TEXT
    except Gone:
        return count, None


def test_a_slow_reader_is_cut_with_4002_and_resumes(own_world):
    alice, bob = own_world.friends("alice", "bob")
    bob.acknowledge_all()
    tablet = bob.another()
    quick = tablet.connect()
    slow = RawSocket(own_world.base, headers={"Authorization": f"Bearer {bob.token}"}, receive_buffer=4096)
    sends = []
    for i in range(MANY):
        sends.append(alice.sent(bob, TEXT)["id"])
        assert quick.expect(101)["id"] == sends[-1], "a slow reader delays no other"
    count, code = read_to_the_end(slow)
    assert code == 4002, f"ended with {code} after {count} frames"
    assert count < MANY, "everything came; nothing was slow"
    slow.close()
    again = bob.connect()
    assert again.hello["type"] == 201
    assert [f["id"] for f in bob.offline("u:" + alice.key)] == sends


def unsent(client):
    """Bytes in the kernel's send queue of the server's end of the client's connection, whoever serves it."""
    ends = client.getpeername()[1], client.getsockname()[1]
    with open("/proc/net/tcp", encoding="ascii") as table:
        for line in table.readlines()[1:]:
            fields = line.split()
            here, there = (int(fields[i].split(":")[1], 16) for i in (1, 2))
            if (here, there) == ends:
                return int(fields[4].split(":")[0], 16)
    raise AssertionError("no such connection")


def test_the_kernel_holds_little_for_a_reader_that_reads_nothing(start_server):
    server = start_server(SOCKET_QUEUE_BYTES=32 << 20)
    world = World(server)
    alice, bob = world.friends("alice", "bob")
    slow = RawSocket(world.base, headers={"Authorization": f"Bearer {bob.token}"}, receive_buffer=4096)
    for _ in range(MUCH):
        alice.sent(bob, TEXT)
    assert 0 < unsent(slow.wire.socket) < 400_000, "4.8 MB wait, in the server's own queue"
    assert read_to_the_end_of(slow, MUCH)


def read_to_the_end_of(raw, count):
    """Reads on until so many messages have come."""
    while count > 0:
        count -= raw.frame(within=10).opcode == rfc6455.TEXT
    return True
