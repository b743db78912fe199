"""What a stranger writes with the client that openapi-python-client made: log in, send, read what is there. Prints JSON."""
import json
import sys

from stranger import AuthenticatedClient, Client
from stranger.api.accounts import get_user, log_in
from stranger.api.inbox import acknowledge, pull_inbox
from stranger.api.messages import get_history, list_conversations, send_message
from stranger.models import Acknowledgements, Login, LoginDeviceType0, Send, SendType

base, key, password, friend, text = sys.argv[1:]

login = log_in.sync(client=Client(base_url=base),
                    body=Login(key=key, password=password, device=LoginDeviceType0(id="generated")))
client = AuthenticatedClient(base_url=base, token=login.token)

sent = send_message.sync(client=client, body=Send(type_=SendType.VALUE_101, msg_receiver=friend, msg=text))
history = get_history.sync(f"u:{friend}", client=client, limit=5000)
kept = pull_inbox.sync(client=client, limit=5000)
conversations = list_conversations.sync(client=client)
acknowledge.sync_detailed(client=client,
                          body=Acknowledgements.from_dict({frame.conversation: frame.seq for frame in kept.items}))
problem = get_user.sync("no.such.body", client=client)


def named(one):
    return [type(one).__name__, one.to_dict()]


print(json.dumps({"expiresAt": login.expires_at, "sent": sent.to_dict(), "problem": problem.code.value,
                  "history": [named(frame) for frame in history.items], "inbox": [named(frame) for frame in kept.items],
                  "conversations": [named(one) for one in conversations.items]}))
