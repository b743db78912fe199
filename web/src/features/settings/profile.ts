import type { ProfileChange, User } from 'godwit-sdk';

export const bioMost = 280;

/** What of the form differs from what stands; the server takes exactly that. */
export function profileChange(
  user: Pick<User, 'name' | 'bio' | 'avatar'>,
  form: Pick<User, 'name' | 'bio' | 'avatar'>,
): ProfileChange {
  const change: ProfileChange = {};
  const differs = (typed: string, stands: string) => typed !== stands && typed.trim() !== stands;
  if (differs(form.name, user.name)) change.name = form.name.trim();
  if (differs(form.bio, user.bio)) change.bio = form.bio.trim();
  if (form.avatar !== user.avatar) change.avatar = form.avatar;
  return change;
}
