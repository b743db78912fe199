import { afterEach, expect, it } from 'vitest';
import { effectScope, nextTick, ref, type EffectScope } from 'vue';
import { useRoving } from './roving';

let scope: EffectScope | undefined;
afterEach(() => {
  scope?.stop();
  document.body.replaceChildren();
});

function list(kinds: string[]) {
  const rows = ref(kinds);
  const container = ref(document.createElement('ul'));
  document.body.append(container.value);
  const draw = () =>
    container.value.replaceChildren(
      ...rows.value.map((_, index) => {
        const row = document.createElement('button');
        row.dataset['row'] = String(index);
        return row;
      }),
    );
  draw();
  scope = effectScope();
  const roving = scope.run(() => useRoving({ container, count: () => rows.value.length, skip: (index) => rows.value[index] === 'h' }));
  if (!roving) throw new Error('no scope');
  const press = async (key: string) => {
    roving.onKeydown(new KeyboardEvent('keydown', { key, cancelable: true }));
    await nextTick();
    return (document.activeElement as HTMLElement).dataset['row'];
  };
  return { rows, draw, press, ...roving };
}

it('moves over headings, and stops at the ends', async () => {
  const { press, active } = list(['h', 'a', 'h', 'b', 'c']);
  expect(active.value).toBe(1);
  expect(await press('ArrowDown')).toBe('3');
  expect(await press('ArrowDown')).toBe('4');
  expect(await press('ArrowDown')).toBe('4');
  expect(await press('Home')).toBe('1');
  expect(await press('ArrowUp')).toBe('1');
  expect(await press('End')).toBe('4');
});

it('has exactly one row in the order of the Tab key', () => {
  const { tabindex } = list(['h', 'a', 'b']);
  expect([0, 1, 2].map(tabindex)).toEqual([-1, 0, -1]);
});

it('keeps its place in the list when the list becomes shorter', async () => {
  const { rows, draw, press, active } = list(['a', 'b', 'c', 'd']);
  await press('End');
  rows.value = ['a', 'h'];
  draw();
  await nextTick();
  expect(active.value).toBe(0);
});

it('leaves keys alone that are not its own', () => {
  const { onKeydown } = list(['a', 'b']);
  const own = new KeyboardEvent('keydown', { key: 'ArrowDown', cancelable: true });
  const other = new KeyboardEvent('keydown', { key: 'ArrowDown', ctrlKey: true, cancelable: true });
  onKeydown(other);
  onKeydown(own);
  expect([other.defaultPrevented, own.defaultPrevented]).toEqual([false, true]);
});
