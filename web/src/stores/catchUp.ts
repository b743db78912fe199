import { GodwitError, type Frame } from 'godwit-sdk';
import { useGroups } from './groups';
import { usePeople } from './people';
import { report } from '@/lib/report';

/** Events that come so close together are answered by one reading. */
const quietMs = 150;
/** After a reading that failed. */
const againMs = 5000;
/** More people than these are read by the list of friends. */
const oneByOne = 3;

/**
 * Reads again what events made out of date: a thousand notices cost a few calls, one reading at a time, and nobody waits
 * for it to acknowledge them. What could not be read stays out of date, and is tried again.
 */
export function catchUp() {
  const people = usePeople();
  const groups = useGroups();
  const outdated = { friends: false, requests: false, profiles: new Set<string>(), groups: new Set<string>() };
  let timer: ReturnType<typeof setTimeout> | undefined;
  let reading = false;
  let generation = 0;

  function note(frames: Frame[]): void {
    for (const frame of frames) {
      const { friends = false, requests = false, profile } = people.outdated(frame);
      outdated.friends ||= friends;
      outdated.requests ||= requests;
      if (profile) outdated.profiles.add(profile);
      const group = groups.outdated(frame);
      if (group) outdated.groups.add(group);
    }
    arm(quietMs);
  }

  const isOutdated = (): boolean =>
    outdated.friends || outdated.requests || outdated.profiles.size > 0 || outdated.groups.size > 0;

  function arm(ms: number): void {
    if (timer === undefined && !reading && isOutdated()) timer = setTimeout(() => void read(), ms);
  }

  async function read(): Promise<void> {
    timer = undefined;
    reading = true;
    const mine = generation;
    const results = await Promise.all([readFriends(), readRequests(), readGroups()]);
    reading = false;
    if (mine === generation) arm(results.includes(false) ? againMs : quietMs);
  }

  /** False where it is to be tried again; then `restore` makes it out of date anew. */
  async function attempt(work: () => Promise<unknown>, restore: () => void): Promise<boolean> {
    const mine = generation;
    try {
      await work();
      return true;
    } catch (error) {
      if (!(error instanceof GodwitError)) report(error);
      else if (error.retryable && mine === generation) {
        restore();
        return false;
      }
      return true;
    }
  }

  function readFriends(): Promise<boolean> {
    const profiles = [...outdated.profiles];
    outdated.profiles.clear();
    const whole = outdated.friends || profiles.length > oneByOne;
    outdated.friends = false;
    if (whole) return attempt(people.loadFriends, () => (outdated.friends = true));
    const back = () => profiles.forEach((key) => outdated.profiles.add(key));
    return attempt(() => Promise.all(profiles.map(people.refreshPerson)), back);
  }

  function readRequests(): Promise<boolean> {
    if (!outdated.requests) return Promise.resolve(true);
    outdated.requests = false;
    return attempt(people.loadRequests, () => (outdated.requests = true));
  }

  function readGroups(): Promise<boolean> {
    const keys = [...outdated.groups];
    outdated.groups.clear();
    return attempt(
      () => groups.catchUp(keys),
      () => keys.forEach((key) => outdated.groups.add(key)),
    );
  }

  /** Somebody else is logged in: nothing of it matters any more. */
  function forget(): void {
    generation += 1;
    clearTimeout(timer);
    timer = undefined;
    Object.assign(outdated, { friends: false, requests: false });
    outdated.profiles.clear();
    outdated.groups.clear();
  }

  return { note, forget };
}
