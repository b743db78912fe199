import { once } from 'node:events';
import { connect, createServer, type Server as Listener, type Socket } from 'node:net';

interface Late {
  pattern: RegExp;
  ms: number;
}

/**
 * A line between browser and server that can be bad: it cuts, refuses, delays, and loses answers. It reads of a
 * connection only where a request begins, which for a browser's HTTP/1.1 is where a chunk begins.
 */
export class Proxy {
  private readonly pairs = new Set<[Socket, Socket]>();
  private refusing = false;
  private lateness: Late | null = null;
  private refusal: RegExp | null = null;
  private losing: { pattern: RegExp; left: number } | null = null;
  private lost = 0;
  /** Connections that were turned away. */
  refused = 0;
  /** Connections that were cut. */
  cuts = 0;

  private constructor(
    private readonly listener: Listener,
    readonly url: string,
    private readonly target: URL,
  ) {
    listener.on('connection', (browser) => this.join(browser));
  }

  static async to(url: string): Promise<Proxy> {
    const listener = createServer().listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const { port } = listener.address() as { port: number };
    return new Proxy(listener, `http://127.0.0.1:${port}`, new URL(url));
  }

  /** Ends every connection without a word. */
  cut(): number {
    const count = this.pairs.size;
    for (const pair of [...this.pairs]) this.drop(pair);
    this.cuts += count;
    return count;
  }

  /** Until `restore`, nobody gets through. */
  break(): void {
    this.refusing = true;
    this.cut();
  }

  restore(): void {
    this.refusing = false;
    this.lateness = null;
    this.refusal = null;
  }

  /** Requests whose first line matches get to the server only after `ms`. */
  late(pattern: RegExp, ms: number): void {
    this.lateness = { pattern, ms };
  }

  /** Requests whose first line matches are answered with 403 here, until `restore`. */
  refuse(pattern: RegExp): void {
    this.refusal = pattern;
  }

  /** The next `count` requests that match reach the server, and their answers nobody. */
  loseAnswers(pattern: RegExp, count: number): void {
    this.losing = { pattern, left: count };
  }

  /** How many answers were thrown away since this was asked last. */
  takeLost(): number {
    const { lost } = this;
    this.lost = 0;
    return lost;
  }

  async close(): Promise<void> {
    this.listener.close();
    this.break();
    await once(this.listener, 'close');
  }

  private drop(pair: [Socket, Socket]): void {
    this.pairs.delete(pair);
    for (const socket of pair) socket.destroy();
  }

  private join(browser: Socket): void {
    if (this.refusing) {
      this.refused += 1;
      browser.destroy();
      return;
    }
    const server = connect(Number(this.target.port), this.target.hostname);
    const pair: [Socket, Socket] = [browser, server];
    this.pairs.add(pair);
    for (const socket of pair) {
      socket.on('error', () => this.drop(pair));
      socket.on('close', () => this.drop(pair));
    }
    this.forward(pair);
  }

  private forward(pair: [Socket, Socket]): void {
    const [browser, server] = pair;
    let order = Promise.resolve();
    let deaf = false;
    browser.on('data', (chunk) => {
      const line = chunk.toString('latin1', 0, 200).split('\r\n', 1)[0] as string;
      if (this.refusal?.test(line)) return void browser.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
      if (this.loses(line)) deaf = true;
      const wait = this.lateness?.pattern.test(line) ? this.lateness.ms : 0;
      order = order.then(() => hold(wait)).then(() => void (server.writable && server.write(chunk)));
    });
    server.on('data', (chunk) => {
      if (!deaf) return void (browser.writable && browser.write(chunk));
      this.lost += 1;
      this.drop(pair);
    });
  }

  private loses(line: string): boolean {
    if (!this.losing?.left || !this.losing.pattern.test(line)) return false;
    this.losing.left -= 1;
    return true;
  }
}

const hold = (ms: number) => (ms > 0 ? new Promise<void>((resolve) => setTimeout(resolve, ms)) : undefined);
