import { ApiUser } from './api_user';
import type { Person } from './person';
import type { Stage } from './stage';

/** People who have accounts, all of them friends: made by the API, where the page's own way is not the matter. */
export async function friends(stage: Stage, names: Record<string, string>): Promise<ApiUser[]> {
  const made: ApiUser[] = [];
  for (const [key, name] of Object.entries(names)) {
    const user = await stage.account(key, name);
    for (const other of made) await other.befriend(user);
    made.push(user);
  }
  return made;
}

/** The same people at the page, logged in. */
export async function atThePage(stage: Stage, names: Record<string, string>): Promise<Person[]> {
  const people = await Promise.all(Object.entries(names).map(([key, name]) => stage.person(key, name)));
  for (const person of people) await person.logIn();
  return people;
}
