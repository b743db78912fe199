"""What a stranger writes with the client that openapi-generator made: log in, send, read what is there. Prints JSON."""
import json
import sys

import openapi_client as api

base, key, password, friend, text = sys.argv[1:]

client = api.ApiClient(api.Configuration(host=base))
login = api.AccountsApi(client).log_in(api.Login(key=key, password=password, device=api.LoginDevice(id="generated")))
client = api.ApiClient(api.Configuration(host=base, access_token=login.token))
messages, inbox = api.MessagesApi(client), api.InboxApi(client)

sent = messages.send_message(api.Send(type=101, msgReceiver=friend, msg=text))
history = messages.get_history(f"u:{friend}", limit=5000)
kept = inbox.pull_inbox(limit=5000)
conversations = messages.list_conversations()
inbox.acknowledge({frame.actual_instance.conversation: frame.actual_instance.seq for frame in kept.items})
try:
    api.AccountsApi(client).get_user("no.such.body")
    problem = None
except api.ApiException as error:
    problem = api.Problem.from_json(error.body).code


def named(union):
    return [type(union.actual_instance).__name__, json.loads(union.to_json())]


print(json.dumps({"expiresAt": login.expires_at, "sent": json.loads(sent.to_json()), "problem": problem,
                  "history": [named(frame) for frame in history.items], "inbox": [named(frame) for frame in kept.items],
                  "conversations": [named(one) for one in conversations.items]}))
