import type { FriendRequest, GroupRequest, RequestState } from 'godwit-sdk';
import { describe, expect, it } from 'vitest';
import { byName, matches } from './order';
import { relationTo } from './relation';
import { itemsIn, itemsOut, split } from './requests';
import { groupKeyIn } from './usePeopleSearch';

const person = (key: string) => ({ key, name: key.toUpperCase(), avatar: '' });
const request = (id: string, sender: string, receiver: string, state: RequestState = 'pending', createdAt = 0): FriendRequest => ({
  id,
  sender: person(sender),
  receiver: person(receiver),
  note: '',
  state,
  createdAt,
});

describe('byName', () => {
  const sorted = (names: string[], locale: string) => names.sort(byName((name) => name, locale));

  it('sorts as a phone book does: case and accents aside, numbers by value', () => {
    expect(sorted(['Zoe', 'anna', 'Ánna B', 'bob', 'Team 10', 'Team 9'], 'en')).toEqual(['anna', 'Ánna B', 'bob', 'Team 9', 'Team 10', 'Zoe']);
  });

  it('sorts Chinese by pinyin', () => {
    expect(sorted(['张伟', '陈晓明', '雪', '李娜'], 'zh')).toEqual(['陈晓明', '李娜', '雪', '张伟']);
  });
});

describe('matches', () => {
  it('wants every word, in any of the texts, case, accents and widths aside', () => {
    expect(matches('kovacs AN', ['Ánna Kovács', 'anna'])).toBe(true);
    expect(matches('ｂｏｂ', ['Bob'])).toBe(true);
    expect(matches('anna bob', ['Ánna Kovács'])).toBe(false);
    expect(matches('晓', ['陈晓明'])).toBe(true);
  });
});

describe('relationTo', () => {
  const known = {
    me: 'me',
    friends: new Map([['bob', {}]]),
    requestsIn: [request('1', 'eve', 'me'), request('2', 'old', 'me', 'rejected')],
    requestsOut: [request('3', 'me', 'pete'), request('4', 'me', 'bob', 'approved')],
  };

  it('knows myself, friends, who asks and whom I asked', () => {
    expect(relationTo('me', known).kind).toBe('self');
    expect(relationTo('bob', known).kind).toBe('friend');
    expect(relationTo('eve', known)).toMatchObject({ kind: 'asks', request: { id: '1' } });
    expect(relationTo('pete', known)).toMatchObject({ kind: 'asked', request: { id: '3' } });
  });

  it('takes answered requests for nothing: one may apply again', () => {
    expect(relationTo('old', known).kind).toBe('stranger');
    expect(relationTo('nobody', known).kind).toBe('stranger');
  });
});

describe('requests', () => {
  const join: GroupRequest = {
    id: 'j',
    sender: person('ann'),
    group: { key: 'g', name: 'G', avatar: '' },
    note: 'hi',
    state: 'pending',
    createdAt: 5,
  };

  it('shows the applicant of what came in, and of mine whom or what I applied to', () => {
    expect(itemsIn([request('f', 'eve', 'me')], [join]).map((item) => item.person?.key)).toEqual(['eve', 'ann']);
    const out = itemsOut([request('f', 'me', 'pete')], [join]);
    expect(out.map((item) => item.person?.key ?? item.group?.key)).toEqual(['pete', 'g']);
  });

  it('splits what waits from what was answered, newest first', () => {
    const items = itemsIn(
      [request('a', 'x', 'me', 'approved', 9), request('b', 'y', 'me', 'pending', 1), request('c', 'z', 'me', 'rejected', 10)],
      [join],
    );
    const { pending, answered } = split(items);
    expect(pending.map(({ id }) => id)).toEqual(['j', 'b']);
    expect(answered.map(({ id }) => id)).toEqual(['c', 'a']);
  });
});

describe('groupKeyIn', () => {
  it('finds the key as it was typed, and in the address of the group', () => {
    expect(groupKeyIn(' 73pmuem4ggwum6kj ')).toBe('73pmuem4ggwum6kj');
    expect(groupKeyIn('https://chat.example/contacts/group/73pmuem4ggwum6kj')).toBe('73pmuem4ggwum6kj');
  });

  it('takes nothing else for one', () => {
    for (const text of ['', 'ada', '73pmuem4ggwum6k', '73pmuem4ggwum6kjx', '73PMUEM4GGWUM6KJ', '../73pmuem4ggwum6kj']) {
      expect(groupKeyIn(text)).toBeNull();
    }
  });
});
