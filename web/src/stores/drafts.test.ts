import { expect, it } from 'vitest';
import { draftsBound, keptLength, leaveBehind, loadDrafts, pickUp, saveDrafts } from './drafts';

function storage() {
  const values = new Map<string, string>();
  return {
    values,
    kv: {
      get: async <T>(key: string) => (values.has(key) ? (JSON.parse(values.get(key) as string) as T) : undefined),
      set: async (key: string, value: unknown) => void values.set(key, JSON.stringify(value)),
      delete: async (key: string) => void values.delete(key),
    },
  };
}

it("two tabs keep each other's drafts", async () => {
  const kept = storage();
  await saveDrafts(kept, new Map([['u:bob', { text: 'from one tab' }]]));
  await saveDrafts(kept, new Map([['u:eve', { text: 'from the other', replyTo: 'id1' }]]));
  expect(Object.fromEntries(await loadDrafts(kept))).toEqual({
    'u:bob': { text: 'from one tab' },
    'u:eve': { text: 'from the other', replyTo: 'id1' },
  });
});

it('what was sent or emptied is gone', async () => {
  const kept = storage();
  await saveDrafts(kept, new Map([['u:bob', { text: 'x' }]]));
  await saveDrafts(kept, new Map([['u:bob', null]]));
  expect((await loadDrafts(kept)).size).toBe(0);
  expect(kept.values.has('draft:u:bob')).toBe(false);
});

it('keeps so many, and so much of each', async () => {
  const kept = storage();
  for (let i = 0; i < draftsBound + 3; i += 1)
    await saveDrafts(kept, new Map([[`u:p${i}`, { text: 'x'.repeat(keptLength + 1) }]]));
  const loaded = await loadDrafts(kept);
  expect(loaded.size).toBe(draftsBound);
  expect(loaded.has('u:p2')).toBe(false);
  expect(loaded.get('u:p3')?.text).toHaveLength(keptLength);
  expect([...kept.values.keys()].filter((key) => key.startsWith('draft:'))).toHaveLength(draftsBound);
});

it('what was typed last crosses a reload, once, and to nobody else', () => {
  leaveBehind(
    'ada',
    new Map([
      ['u:bob', { text: 'half a tho' }],
      ['u:eve', null],
    ]),
  );
  expect([...pickUp('ada')]).toEqual([
    ['u:bob', { text: 'half a tho' }],
    ['u:eve', null],
  ]);
  expect(pickUp('ada').size).toBe(0);
  leaveBehind('ada', new Map([['u:bob', { text: 'secret' }]]));
  expect(pickUp('mallory').size).toBe(0);
});
