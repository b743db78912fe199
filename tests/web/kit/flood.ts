import { connect } from 'node:net';
import { once } from 'node:events';
import type { ApiUser } from './api_user';

const ahead = 40;

/** Writes `count` messages into a conversation as fast as the server takes them: requests one behind the other, on few connections. */
export async function flood(url: string, sender: ApiUser, receiver: string, count: number, lanes = 16): Promise<void> {
  const share = Math.ceil(count / lanes);
  const parts = Array.from({ length: lanes }, (_, lane) => [lane * share, Math.min(count, (lane + 1) * share)] as const);
  await Promise.all(parts.map(([from, to]) => lane(new URL(url), sender, receiver, from, to)));
}

async function lane(url: URL, sender: ApiUser, receiver: string, from: number, to: number): Promise<void> {
  const socket = connect(Number(url.port), url.hostname);
  await once(socket, 'connect');
  let [sent, answered] = [from, from];
  const more = () => {
    for (; sent < to && sent - answered < ahead; sent += 1) socket.write(request(sender, receiver, sent));
  };
  more();
  let rest = '';
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    const text = rest + chunk.toString('latin1');
    let read = 0;
    for (const head of text.matchAll(/HTTP\/1\.1 (\d)/g)) {
      if (head[1] !== '2') throw new Error(`refused: ${text.slice(head.index, head.index + 300)}`);
      answered += 1;
      read = head.index + head[0].length;
    }
    rest = text.slice(Math.max(read, text.length - 'HTTP/1.1 '.length));
    if (answered >= to) break;
    more();
  }
  socket.destroy();
}

function request(sender: ApiUser, receiver: string, index: number): string {
  const msg = `message ${index} ${'lorem ipsum dolor sit amet '.repeat(index % 7)}`.trim();
  const body = JSON.stringify({ type: 101, msgReceiver: receiver, msg, clientId: `flood-${index}` });
  const head = `POST /v1/messages HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${sender.token}\r\nContent-Type: application/json\r\n`;
  return `${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}
