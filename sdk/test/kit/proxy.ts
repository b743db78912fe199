import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect as dial, type AddressInfo, type Socket } from 'node:net';

/** Stands between a client and the server, and loses what it is told to lose. */
export class Proxy {
  private server: Server | undefined;
  private readonly sockets = new Set<Socket>();
  /** Asked for each answer: true to hang up instead of passing it on. */
  loses: (call: IncomingMessage) => boolean = () => false;
  answersLost = 0;

  constructor(private readonly target: () => string) {}

  get url(): string {
    return `http://127.0.0.1:${(this.server?.address() as AddressInfo).port}`;
  }

  async start(): Promise<this> {
    this.server = createServer((call, answer) => this.pass(call, answer));
    this.server.on('upgrade', (call, socket: Socket, head) => this.tunnel(call, socket, head));
    await new Promise<void>((listening) => this.server?.listen(0, '127.0.0.1', listening));
    return this;
  }

  /** Cuts every socket that was upgraded, without a close frame. */
  cut(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    this.cut();
    this.server?.closeAllConnections();
    await new Promise<void>((closed) => this.server?.close(() => closed()));
  }

  private pass(call: IncomingMessage, answer: ServerResponse): void {
    const onward = request(this.target() + call.url, { method: call.method, headers: call.headers }, (got) => {
      if (this.loses(call)) {
        this.answersLost += 1;
        got.resume();
        answer.destroy();
        return;
      }
      answer.writeHead(got.statusCode ?? 502, got.headers);
      got.pipe(answer);
    });
    onward.on('error', () => answer.destroy());
    call.pipe(onward);
  }

  private tunnel(call: IncomingMessage, socket: Socket, head: Buffer): void {
    const { hostname, port } = new URL(this.target());
    const onward = dial(Number(port), hostname, () => {
      const headers = Object.entries(call.headers).map(([name, value]) => `${name}: ${String(value)}`);
      onward.write([`${call.method} ${call.url} HTTP/1.1`, ...headers, '', ''].join('\r\n'));
      onward.write(head);
      onward.pipe(socket);
      socket.pipe(onward);
    });
    for (const end of [socket, onward]) {
      this.sockets.add(end);
      end.on('error', () => undefined);
      end.on('close', () => {
        this.sockets.delete(end);
        socket.destroy();
        onward.destroy();
      });
    }
  }
}
