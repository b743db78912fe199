import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const binary = process.env['GODWIT_BIN'] ?? fileURLToPath(new URL('../../../build/release/godwit', import.meta.url));
const run = promisify(execFile);
/** Settings of whoever runs the tests are not the tests' settings. */
const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GODWIT_')));

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, 'close');
  return port;
}

/** A godwit on a data directory of its own; it can be killed and started again on the same data and address. */
export class Server {
  private readonly data = mkdtempSync(join(tmpdir(), 'godwit-web-'));
  private process: ChildProcess | null = null;
  private log = '';
  url = '';
  private adminAddress = '';

  constructor(private readonly settings: Record<string, string> = {}) {}

  async start(): Promise<this> {
    if (!this.url) {
      this.url = `http://127.0.0.1:${await freePort()}`;
      this.adminAddress = `127.0.0.1:${await freePort()}`;
    }
    const listen = this.url.replace('http://', '');
    const child = spawn(binary, ['serve', '--data', this.data, '--listen', listen, '--admin', this.adminAddress], {
      env: { ...environment, GODWIT_LIMITS_ENABLED: 'false', GODWIT_CAPS_COOLING_OFF: '0', ...this.settings },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.process = child;
    const keep = (chunk: Buffer) => (this.log = (this.log + chunk.toString()).slice(-20_000));
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    await this.untilReady(child);
    return this;
  }

  private async untilReady(child: ChildProcess): Promise<void> {
    for (let attempt = 0; attempt < 400; attempt += 1) {
      if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}:\n${this.log}`);
      const answer = await fetch(`${this.url}/healthz`).catch(() => null);
      if (answer?.ok) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`the server did not become ready:\n${this.log}`);
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.process;
    this.process = null;
    if (!child || child.exitCode !== null) return;
    child.kill(signal);
    await once(child, 'exit');
  }

  kill(): Promise<void> {
    return this.end('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.end('SIGTERM');
    rmSync(this.data, { recursive: true, force: true });
  }

  /** `godwit admin …` against this server. */
  async admin(...words: string[]): Promise<string> {
    const { stdout } = await run(binary, ['admin', ...words, '--admin', this.adminAddress], { env: environment });
    return stdout;
  }

  /** A figure of the server's own, by its name in /metrics. */
  async metric(name: string): Promise<number> {
    const text = await (await fetch(`http://${this.adminAddress}/metrics`)).text();
    const line = text.split('\n').find((candidate) => candidate.startsWith(`${name} `));
    if (!line) throw new Error(`no metric ${name}`);
    return Number(line.slice(name.length + 1));
  }

  /** A call of the HTTP API; throws where it is refused. */
  async call<T>(method: string, path: string, body?: unknown, token?: string): Promise<T> {
    const headers: Record<string, string> = {};
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    if (token) headers['Authorization'] = `Bearer ${token}`;
    const content = body === undefined ? {} : { body: JSON.stringify(body) };
    const answer = await fetch(this.url + path, { method, headers, ...content });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return (text ? JSON.parse(text) : null) as T;
  }
}
