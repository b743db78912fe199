import { GodwitError } from 'godwit-sdk';
import { describe, expect, it } from 'vitest';
import { comeBackAt, keyProblem, nameProblem, normalKey, ownPath, passwordProblem } from './rules';

describe('a key', () => {
  it('is lower-cased, trimmed and made plain as it is typed', () => {
    expect(normalKey(' Alice.B ')).toBe('alice.b');
    expect(normalKey('ＡＬＩＣＥ')).toBe('alice');
  });

  it.each([
    ['', 'required'],
    ['ab', 'keyShort'],
    ['abc', ''],
    ['a'.repeat(32), ''],
    ['a'.repeat(33), 'keyLong'],
    ['a b', 'keyCharacters'],
    ['爱丽丝', 'keyCharacters'],
    ['.abc', 'keyStart'],
    ['0-_.', ''],
  ])('%j: %j', (key, problem) => {
    expect(keyProblem(key)).toBe(problem);
  });
});

describe('a password', () => {
  it.each([
    ['', 'required'],
    ['1234567', 'passwordShort'],
    ['12345678', ''],
    ['一二三四五六七八', ''],
    ['😀😀😀😀', 'passwordShort'],
    ['x'.repeat(128), ''],
    ['x'.repeat(129), 'passwordLong'],
  ])('%j: %j', (password, problem) => {
    expect(passwordProblem(password)).toBe(problem);
  });
});

it('counts a name in characters', () => {
  expect(nameProblem('😀'.repeat(64))).toBe('');
  expect(nameProblem('😀'.repeat(65))).toBe('nameLong');
});

describe('where the log-in leads', () => {
  it.each(['/chat/u:bob', '/settings/devices?x=1#y'])('%s', (path) => {
    expect(ownPath(path)).toBe(path);
  });

  it.each([
    '//evil.example',
    '/\\evil.example',
    'https://evil.example',
    'javascript:alert(1)',
    '',
    '/login?next=/',
    '/a\n',
    undefined,
    ['/x', '/y'],
  ])('not to %j', (path) => {
    expect(ownPath(path)).toBe('/');
  });
});

it('takes the wait from the refusal', () => {
  expect(comeBackAt(new GodwitError({ code: 'rate_limited', status: 429, retryAfterMs: 4000 }), 1000)).toBe(5000);
  expect(comeBackAt(new GodwitError({ code: 'network' }), 1000)).toBe(0);
  expect(comeBackAt(new TypeError('x'), 1000)).toBe(0);
});
