import { flushPromises, mount } from '@vue/test-utils';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import NodesSection from './NodesSection.vue';
import type { AdminProcess, Shards } from './types';
import { i18n, setLanguage } from '@/lib/i18n';

const api = { processes: vi.fn(), shards: vi.fn() };
vi.mock('./useAdmin', () => ({ useAdmin: () => ({ api, notice: () => undefined }) }));

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
const say = (key: string, values: Record<string, unknown> = {}) => i18n.global.t(key, values);
const none: Shards = { total: 0, owners: [], unowned: [], missing: [] };
const alone: AdminProcess = {
  process: 'node-1',
  roles: ['gateway', 'user', 'dispatch', 'node', 'archive', 'offline'],
  state: 'ready',
  version: '0.1.0',
  startedAt: Date.now() - 60_000,
  clockAhead: 0,
  connections: 4,
  users: 3,
  relayed: 0,
  shards: [],
  troubles: [],
};

function answer(items: AdminProcess[], shards: Shards): void {
  api.processes.mockResolvedValue({ items, next: null });
  api.shards.mockResolvedValue(shards);
}
async function shown() {
  const page = mount(NodesSection, { global: { plugins: [i18n] } });
  await flushPromises();
  return page;
}

describe('the processes', () => {
  beforeAll(() => setLanguage('en'));
  beforeEach(() => vi.clearAllMocks());

  it('are awaited by a skeleton, and nothing is said of them so long', () => {
    api.processes.mockReturnValue(new Promise(() => undefined));
    api.shards.mockReturnValue(new Promise(() => undefined));
    const page = mount(NodesSection, { global: { plugins: [i18n] } });
    expect(page.findComponent({ name: 'SectionSkeleton' }).exists()).toBe(true);
    expect(page.text()).not.toContain(say('admin.oneProcess'));
    page.unmount();
  });

  it('are one that has every role: it says so, and knows no shards', async () => {
    answer([alone], none);
    const page = await shown();
    expect(page.text()).toContain(say('admin.oneProcess'));
    expect(page.text()).toContain(say('admin.processState.ready'));
    expect(page.text()).not.toContain(say('admin.shardOwners'));
    expect(page.find('[role=status]').exists()).toBe(false);
    page.unmount();
  });

  it('are many: who is missing and why, what another waits for, whose clock is off, who owns which shards', async () => {
    const dispatch: AdminProcess = {
      ...alone,
      process: 'dispatch@10.0.0.3:9100',
      address: '10.0.0.3:9100',
      roles: ['dispatch'],
      state: 'waiting',
      clockAhead: -4_000,
      shards: range(0, 200),
      troubles: [{ part: 'mysql.ledger', trouble: 'it is away', needed: true }],
    };
    const gone: AdminProcess = { process: 'node-2', roles: ['node'], state: 'missing', detail: 'it does not answer in time' };
    const owners = [{ process: dispatch.process, shards: range(0, 200) }];
    answer([dispatch, gone], { total: 256, owners, unowned: range(200, 256), missing: ['node-2'] });
    const page = await shown();
    expect(page.find('[role=status]').text()).toContain('1 process does not answer');
    expect(page.text()).not.toContain(say('admin.oneProcess'));
    const card = (name: string) => page.findAll('li').find((one) => one.text().includes(name));
    expect(card('node-2')?.text()).toContain('it does not answer in time');
    expect(card('node-2')?.classes()).toContain('border-danger');
    expect(card('dispatch@')?.classes()).not.toContain('border-danger');
    expect(card('dispatch@')?.text()).toContain('it is away');
    expect(card('dispatch@')?.text()).toContain('Its clock is');
    expect(page.text()).toContain('0–199');
    expect(page.text()).toContain('200–255');
    page.unmount();
  });

  it('that cannot be asked leave what was read before', async () => {
    answer([alone], none);
    const page = await shown();
    api.processes.mockRejectedValue(new Error('gone'));
    document.dispatchEvent(new Event('visibilitychange'));
    await flushPromises();
    expect(page.text()).toContain('node-1');
    expect(page.find('.opacity-60').exists()).toBe(true);
    page.unmount();
  });
});
