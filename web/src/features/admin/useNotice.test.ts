import { GodwitError } from 'godwit-sdk';
import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { NoticeAnswer, NoticeBody } from './types';
import { useAdmin } from './useAdmin';
import { useNotice } from './useNotice';

const answer: NoticeAnswer = { id: '1', receivers: 1 };
const ann = { key: 'ann', name: 'Ann', people: 1 };

function prepare() {
  setActivePinia(createPinia());
  const push = vi.spyOn(useAdmin().api, 'push');
  const notice = useNotice();
  Object.assign(notice.form, { users: [ann], title: 'Boats', text: 'They are late.' });
  return { notice, push, bodies: () => push.mock.calls.map(([body]) => body as NoticeBody) };
}

describe('the clientId of a notice', () => {
  let all: ReturnType<typeof prepare>;
  beforeEach(() => {
    all = prepare();
  });

  it('is the same on every attempt until one was taken in, then another', async () => {
    const { notice, push, bodies } = all;
    push.mockRejectedValueOnce(new GodwitError({ code: 'timeout', retryable: true }));
    push.mockRejectedValueOnce(new GodwitError({ code: 'unavailable', status: 503, retryable: true }));
    push.mockResolvedValue(answer);
    await notice.send();
    await notice.send();
    await notice.send();
    Object.assign(notice.form, { users: [ann], text: 'They are here.' });
    await notice.send();
    const [first, second, third, fourth] = bodies().map((body) => body.clientId);
    expect([second, third]).toEqual([first, first]);
    expect(fourth).not.toBe(first);
    expect(first).toMatch(/^[0-9a-f]{32}$/);
  });

  it('stays with a text that was changed after a failure, until the writer says that it is another', async () => {
    const { notice, push, bodies } = all;
    push.mockRejectedValueOnce(new GodwitError({ code: 'network', retryable: true }));
    push.mockRejectedValueOnce(new GodwitError({ code: 'client_id_reused', status: 409 }));
    push.mockResolvedValue(answer);
    await notice.send();
    expect(notice.reused).toBe(false);
    notice.form.text = 'They are very late.';
    await notice.send();
    expect(notice.reused).toBe(true);
    notice.beginAnew();
    expect(notice.reused).toBe(false);
    await notice.send();
    const [first, second, third] = bodies().map((body) => body.clientId);
    expect(second).toBe(first);
    expect(third).not.toBe(first);
  });

  it('sends once however often it is asked while sending', async () => {
    const { notice, push } = all;
    let done: (value: NoticeAnswer) => void = () => undefined;
    push.mockReturnValue(new Promise((resolve) => (done = resolve)));
    const sending = notice.send();
    await notice.send();
    done(answer);
    await sending;
    expect(push).toHaveBeenCalledTimes(1);
    expect(notice.sent).toEqual(answer);
  });

  it('loses nothing on a failure and empties the form on success', async () => {
    const { notice, push } = all;
    push.mockRejectedValueOnce(new GodwitError({ code: 'network', retryable: true }));
    push.mockResolvedValueOnce(answer);
    await notice.send();
    expect(notice.form).toMatchObject({ users: [ann], title: 'Boats', text: 'They are late.' });
    await notice.send();
    expect(notice.form).toMatchObject({ users: [], title: '', text: '' });
  });
});

describe('reach', () => {
  it('is what can be reached at most', async () => {
    const { notice } = prepare();
    vi.spyOn(useAdmin().api, 'overview').mockResolvedValue({ users: 321 } as never);
    expect(await notice.reach()).toBe(1);
    const birds = { key: 'g1', name: 'Birds', people: 12 };
    Object.assign(notice.form, { audience: 'groups', groups: [birds, { ...birds, key: 'g2', people: 30 }] });
    expect(await notice.reach()).toBe(42);
    notice.form.audience = 'all';
    expect(await notice.reach()).toBe(321);
  });
});
