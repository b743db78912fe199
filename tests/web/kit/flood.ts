import { connect } from 'node:net';
import { once } from 'node:events';
import type { ApiUser } from './api_user';

const ahead = 40;

/** Writes `count` messages into a conversation as fast as the server takes them: pipelined, on few connections. */
export async function flood(url: string, sender: ApiUser, receiver: string, count: number, lanes = 16): Promise<void> {
  const share = Math.ceil(count / lanes);
  const starts = Array.from({ length: lanes }, (_, index) => index * share);
  await Promise.all(starts.map((from) => lane(new URL(url), sender, receiver, from, Math.min(count, from + share))));
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
  const head = ['POST /v1/messages HTTP/1.1', 'Host: x', `Authorization: Bearer ${sender.token}`];
  head.push('Content-Type: application/json', `Content-Length: ${Buffer.byteLength(body)}`);
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}
