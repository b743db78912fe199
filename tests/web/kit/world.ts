import type { ApiUser } from './api_user';
import { friends } from './cast';
import type { Stage } from './stage';

export interface World {
  /** Keys of the groups: the one that Ada owns, and the one that she is a member of. */
  owned: string;
  joined: string;
}

/** A little of everything, for Ada, who is an administrator. Ben has one request, Eve nothing. */
export async function populate(stage: Stage): Promise<World> {
  const names = { ada: 'Ada Lovelace', bob: 'Bob Kahn', cleo: '克莉奥', dan: 'Dan' };
  const [ada, bob, cleo, dan] = (await friends(stage, names)) as Quartet;
  await stage.account('ben', 'Ben');
  await stage.account('eve', 'Eve');
  const [erin, mallory] = [await stage.account('erin', 'Erin'), await stage.account('mallory', 'Mallory')];
  await stage.server.admin('users', 'grant-admin', 'ada');

  const owned = await ada.createGroup('Tide watchers', [bob, cleo, dan]);
  const joined = await bob.createGroup('读书会', [ada, cleo]);
  await ada.call('PATCH', `/v1/groups/${owned}`, { notice: 'Bring boots.\n带雨靴。', avatar: '🌊' });
  await ada.call('PATCH', `/v1/groups/${owned}/members/bob`, { role: 'admin' });
  await ada.call('PATCH', `/v1/groups/${owned}/members/dan`, { mutedUntil: Date.now() + 86_400_000 });
  await erin.call('POST', `/v1/groups/${owned}/requests`, { note: 'May I come along?' });
  await erin.call('POST', '/v1/friend-requests', { receiver: 'ada', note: 'We met at the mill.' });
  await ada.call('POST', '/v1/friend-requests', { receiver: 'ben', note: 'Hello Ben' });
  await ada.call('PUT', '/v1/blocks/mallory');
  await mallory.call('PATCH', '/v1/me', { bio: 'Nobody in particular' });
  await bob.call('PATCH', '/v1/me', { avatar: '🦉', bio: 'Packets, mostly.\nhttps://example.org' });

  await talk(ada, bob);
  await cleo.send(`g:${owned}`, '六点退潮,谁去?');
  await bob.send(`g:${owned}`, 'Me. 👢');
  await ada.send(`g:${owned}`, 'Then at the pier, at six.');
  await bob.send(`g:${joined}`, '第三章读完了吗?');
  const key = (await stage.server.admin('key', '--name', 'harbour')).trim().split('\n').at(-1) as string;
  const notice = { title: 'Gale warning', msg: 'Force 8 from the north-west tonight.', clientId: 'gale' };
  await stage.server.call('POST', '/v1/push', { to: { users: ['ada'] }, ...notice }, key);
  return { owned, joined };
}

type Quartet = [ApiUser, ApiUser, ApiUser, ApiUser];


async function talk(ada: ApiUser, bob: ApiUser): Promise<void> {
  await bob.send('u:ada', 'Have you seen https://example.org/a/rather/long/address?with=parameters&and=more ?');
  await ada.send('u:bob', 'Not yet. Is it about the engine?');
  const quoted = 'We may say most aptly that it weaves algebraical patterns.';
  const asked = await bob.send('u:ada', `It is. One paragraph is worth a second look:\n\n${quoted}`);
  const reply = { msg: 'Just as the loom weaves flowers and leaves. 🌸', clientId: 'loom', replyTo: asked.id };
  await ada.call('POST', '/v1/messages', { type: 101, msgReceiver: 'bob', ...reply });
  const wrong = await bob.send('u:ada', 'This one was a mistake');
  await bob.call('DELETE', `/v1/messages/${wrong.id}`);
  await bob.send('u:ada', '🎉🎉');
}
