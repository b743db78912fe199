import { describe, expect, it, vi } from 'vitest';
import { createMemoryHistory, createRouter } from 'vue-router';
import { prefetchScreens } from './prefetch';

const screen = { template: '' };

describe('prefetchScreens', () => {
  it('fetches what is behind the login, passes over what cannot be had, and leaves the rest', async () => {
    const lost = vi.fn(() => Promise.reject(new TypeError('Failed to fetch dynamically imported module')));
    const chat = vi.fn(() => Promise.resolve(screen));
    const admin = vi.fn(() => Promise.resolve(screen));
    const login = vi.fn(() => Promise.resolve(screen));
    const routes = [
      { path: '/', component: screen },
      { path: '/lost', component: lost },
      { path: '/chat', components: { list: screen, default: chat } },
      { path: '/admin', component: admin, meta: { admin: true } },
      { path: '/login', component: login, meta: { open: true } },
    ];
    await prefetchScreens(createRouter({ history: createMemoryHistory(), routes }));
    expect(lost).toHaveBeenCalledOnce();
    expect(chat).toHaveBeenCalledOnce();
    expect(admin).not.toHaveBeenCalled();
    expect(login).not.toHaveBeenCalled();
  });
});
