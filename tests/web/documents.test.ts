import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openContext } from './kit/browser';
import { findings } from './kit/look';
import { Stage } from './kit/stage';

let stage: Stage;
beforeAll(async () => (stage = await Stage.open()));
afterEach((context) => stage.judge(context)); // nothing on the console, nothing against the policy
afterAll(() => stage.close());

async function open(path: string) {
  const context = await openContext(stage.browser, stage.faults, { baseURL: stage.server.url });
  const page = await context.newPage();
  const outside: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(stage.server.url) && !request.url().startsWith('data:')) outside.push(request.url());
  });
  await page.goto(path);
  return { context, page, outside };
}

describe('the documents of the server', () => {
  it('show the calls, what one takes and answers, and make one', async () => {
    const { context, page, outside } = await open('/docs');
    await page.getByText('/v1/messages', { exact: true }).first().waitFor();
    for (const tag of ['Accounts', 'Friends', 'Groups', 'Messages', 'Inbox', 'Push', 'Admin', 'Operations']) {
      await page.locator(`#operations-tag-${tag}`).waitFor();
    }
    const call = page.locator('#operations-Accounts-registerUser');
    await call.getByRole('button').first().click();
    await call.getByText('correct horse battery').first().waitFor();
    await call.getByText('The account was made.').waitFor();
    await call.getByRole('button', { name: 'Try it out' }).click();
    const body = JSON.stringify({ key: 'from.the.reference', password: 'correct horse battery' });
    await call.locator('textarea').fill(body);
    await call.getByRole('button', { name: 'Execute' }).click();
    await call.locator('.live-responses-table').getByText('"key": "from.the.reference"').waitFor();
    expect(outside).toEqual([]);
    await context.close();
  });

  it('show frames of each kind among the shapes', async () => {
    const { context, page } = await open('/docs#/Inbox/pullInbox');
    const call = page.locator('#operations-Inbox-pullInbox');
    await call.getByText('Schema', { exact: true }).first().click();
    await call.getByText('InboxPage').first().waitFor();
    await context.close();
  });

  it('lead from the type of an error to its section', async () => {
    const { context, page } = await open('/docs/errors#not_friends');
    const heading = page.getByRole('heading', { name: 'not_friends', exact: true });
    await heading.waitFor();
    expect(await heading.evaluate((element) => Math.abs(element.getBoundingClientRect().top))).toBeLessThan(60);
    expect(await page.evaluate(() => window.scrollY)).toBeGreaterThan(500);
    await page.getByRole('navigation').getByRole('link', { name: 'Writing a client' }).click();
    await page.getByRole('heading', { name: 'Connecting' }).waitFor();
    await context.close();
  });

  it.each(['light', 'dark'] as const)('can be read by everybody in %s', async (colorScheme) => {
    for (const path of ['/docs/errors', '/docs/protocol']) {
      const { context, page } = await open(path);
      await page.emulateMedia({ colorScheme });
      expect(await findings(page)).toEqual([]);
      await context.close();
    }
  });
});
