import { describe, expect, it } from 'vitest';
import { emptyForm, filterCount, isBackwards, isTooShort, queryOf } from './filters';

const form = (values: Partial<ReturnType<typeof emptyForm>>) => ({ ...emptyForm(), ...values });

describe('queryOf', () => {
  it('asks nothing for no words, and nothing but the words without filters', () => {
    expect(queryOf(form({ text: '   ' }))).toBeNull();
    expect(queryOf(form({ text: ' boat ' }))).toEqual({ q: 'boat' });
  });

  it('includes both days in full, in the time zone of the reader', () => {
    const query = queryOf(form({ text: 'boat', fromDay: '2026-03-01', toDay: '2026-03-01' }));
    expect(query?.from).toBe(new Date(2026, 2, 1).getTime());
    expect(query?.to).toBe(new Date(2026, 2, 2).getTime() - 1);
  });

  it('goes over the end of a month, and asks for no time before 1970', () => {
    expect(queryOf(form({ text: 'boat', toDay: '2026-02-28' }))?.to).toBe(new Date(2026, 2, 1).getTime() - 1);
    expect(queryOf(form({ text: 'boat', fromDay: '1950-01-01' }))?.from).toBe(0);
  });

  it('passes over a day that is not finished', () => {
    expect(queryOf(form({ text: 'boat', fromDay: '2026-00-1' }))).toEqual({ q: 'boat' });
  });

  it('carries conversation and sender', () => {
    expect(queryOf(form({ text: 'boat', conversation: 'g:x', sender: 'bob' }))).toEqual({ q: 'boat', conversation: 'g:x', sender: 'bob' });
  });
});

describe('isTooShort', () => {
  it('takes one Chinese character, but not one Latin letter', () => {
    expect(isTooShort('船')).toBe(false);
    expect(isTooShort('🌊')).toBe(false);
    expect(isTooShort(' b ')).toBe(true);
    expect(isTooShort('é')).toBe(true);
    expect(isTooShort('bo')).toBe(false);
  });
});

it('counts the filters in use, and sees days the wrong way round', () => {
  expect(filterCount(emptyForm())).toBe(0);
  expect(filterCount(form({ text: 'x', sender: 'bob', toDay: '2026-01-01' }))).toBe(2);
  expect(isBackwards(form({ fromDay: '2026-02-01', toDay: '2026-01-31' }))).toBe(true);
  expect(isBackwards(form({ fromDay: '2026-02-01', toDay: '2026-02-01' }))).toBe(false);
  expect(isBackwards(form({ fromDay: '2026-02-01' }))).toBe(false);
});
