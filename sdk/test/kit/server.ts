import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, openSync, closeSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = resolve(fileURLToPath(import.meta.url), '../../../..');
const READY_MS = 15_000;

/** One `godwit serve` on a data folder of its own. */
export class Server {
  private process: ChildProcess | undefined;
  private exited: Promise<void> = Promise.resolve();
  private readonly folder = mkdtempSync(join(tmpdir(), 'godwit-sdk-'));
  port = 0;
  private adminPort = 0;

  constructor(private readonly settings: Record<string, string> = {}) {}

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async start(): Promise<this> {
    this.port ||= await freePort();
    this.adminPort ||= await freePort();
    const log = openSync(join(this.folder, 'log'), 'a');
    const listen = ['--listen', `127.0.0.1:${this.port}`, '--admin', `127.0.0.1:${this.adminPort}`];
    const binary = process.env['GODWIT_BIN'] ?? 'build/release/godwit';
    const started = spawn(resolve(ROOT, binary), ['serve', '--data', join(this.folder, 'data'), ...listen], {
      env: { PATH: process.env['PATH'] ?? '', GODWIT_LIMITS_ENABLED: 'false', GODWIT_CAPS_COOLING_OFF: '0', ...this.settings },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    this.process = started;
    this.exited = new Promise((done) => started.once('exit', () => done()));
    await this.ready();
    return this;
  }

  /** As a power cut would end it. */
  async kill(): Promise<void> {
    this.process?.kill('SIGKILL');
    await this.exited;
  }

  async terminate(): Promise<void> {
    this.process?.kill('SIGTERM');
    await this.exited;
  }

  async remove(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async ready(): Promise<void> {
    const deadline = Date.now() + READY_MS;
    while (Date.now() < deadline && this.process?.exitCode === null) {
      const asked = [`http://127.0.0.1:${this.adminPort}/readyz`, `${this.url}/healthz`];
      const answers = await Promise.all(asked.map((url) => fetch(url).catch(() => null)));
      if (answers.every((answer) => answer?.status === 200)) return;
      await new Promise((again) => setTimeout(again, 10));
    }
    throw new Error(`the server is not ready:\n${readFileSync(join(this.folder, 'log'), 'utf8').slice(-2000)}`);
  }
}

/** Below the range that the kernel gives to clients, so that it is still free after a restart. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const free = await new Promise<boolean>((answer) => {
      const probe = createServer();
      probe.once('error', () => answer(false));
      probe.listen(port, '127.0.0.1', () => probe.close(() => answer(true)));
    });
    if (free) return port;
  }
}
