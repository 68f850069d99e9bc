/** The search page on 60 purchases of two hours and, when CLEW_TRAIN_TICKET names their directory, real traces. */
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { attribute, shopTrace } from '../test/shop.ts';
import { picture } from './browser.ts';
import { api, post, postFiles, type RawStatus } from './clew.ts';
import { parameter, texts, withPage } from './withPage.ts';

const SECOND = 1_000_000_000n;
const HOUR = 3600n * SECOND;
export const PURCHASES = 60;
/** Three hours ago, so that "last hour" holds none of them. */
export const newestPurchase = BigInt(Date.now()) * 1_000_000n - 3n * HOUR;
export const purchases = Array.from({ length: PURCHASES }, (_, i) => shopTrace(1000 + i, newestPurchase - BigInt(i) * 120n * SECOND));

const names = (page: Page): Promise<string[]> => texts(page, '.results .trace-link');
const ids = (page: Page): Promise<string[]> => texts(page, '.results .trace-sub code');

async function settled(page: Page): Promise<void> {
  await page.locator('.search-main[aria-busy="false"]').waitFor();
}

async function search(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Search', exact: true }).click();
  await settled(page);
}

export function searchTests(): void {
  describe('the search page', () => {
    beforeAll(async () => {
      for (const purchase of purchases) {
        await post(purchase.document);
      }
      await post({
        resourceSpans: [
          {
            resource: { attributes: [attribute('service.name', 'odd "names" \\ 茶')] },
            scopeSpans: [{ spans: [{ traceId: '0'.repeat(29) + 'abc', spanId: 'a1b2c3d4e5f60718', name: 'GET "/x" = {y} && z', kind: 1, startTimeUnixNano: String(newestPurchase - 20n * HOUR), endTimeUnixNano: String(newestPurchase - 20n * HOUR + 5n * SECOND), attributes: [attribute('user name', 'ann "b"'), attribute('n', 42)] }] }],
          },
        ],
      });
      const directory = process.env['CLEW_TRAIN_TICKET'];
      if (directory !== undefined && directory !== '') {
        expect(await postFiles(directory)).toBe(51);
      }
    });

    it(
      'shows the newest first and goes on page by page without a gap or a repeat',
      withPage(async (page) => {
        await page.goto('/search?service=gateway');
        await settled(page);
        expect(await ids(page)).toHaveLength(20);
        await page.getByRole('button', { name: 'Load more' }).click();
        await expect.poll(async () => (await ids(page)).length).toBe(40);
        await page.getByRole('button', { name: 'Load more' }).click();
        await page.getByText('That is all.').waitFor();
        expect(await ids(page)).toEqual(purchases.map((purchase) => purchase.id));
        await picture(page, 'search');
      }),
    );

    it(
      'counts exactly on demand',
      withPage(async (page) => {
        await page.goto('/search');
        await settled(page);
        const { tracesStored } = await api<RawStatus>('/status');
        await page.getByRole('button', { name: 'Count all' }).click();
        await page.getByRole('heading', { name: `${new Intl.NumberFormat('en').format(tracesStored)} traces` }).waitFor();
      }),
    );

    it(
      'is filled in by keyboard, writes TraceQL, and is shared by its address',
      withPage(async (page) => {
        await page.goto('/search');
        await settled(page);
        await page.getByLabel('Service', { exact: true }).fill('payme');
        await page.getByRole('option', { name: 'payment', exact: true }).waitFor();
        await page.keyboard.press('ArrowDown');
        await page.keyboard.press('Enter');
        await page.getByLabel('Operation').click();
        await page.getByRole('option', { name: 'POST /pay' }).click();
        await page.getByLabel('With errors only').check();
        expect(await page.locator('#traceql').innerText()).toBe('{ resource.service.name = "payment" && name = "POST /pay" && status = error }');
        await search(page);
        const failed = purchases.filter((purchase) => JSON.stringify(purchase.document).includes('upstream payment failed'));
        expect(failed.length).toBeGreaterThan(3);
        expect(await ids(page)).toEqual(failed.slice(0, 20).map((purchase) => purchase.id));
        expect(await texts(page, '.matched')).toHaveLength(Math.min(20, failed.length));
        const found = await ids(page);
        const shared = page.url();
        await page.goto('/status');
        await page.goto(shared);
        await settled(page);
        expect(await ids(page)).toEqual(found);
        expect(await page.getByLabel('Service', { exact: true }).inputValue()).toBe('payment');
        expect(await page.getByLabel('With errors only').isChecked()).toBe(true);
      }),
    );

    it(
      'finds names and attributes that need every kind of escape',
      withPage(async (page) => {
        await page.goto('/search');
        await settled(page);
        await page.getByLabel('Service', { exact: true }).fill('odd "names" \\ 茶');
        await page.getByLabel('Operation').fill('GET "/x" = {y} && z');
        await page.getByLabel('Attributes').fill('"user name"="ann \\"b\\"" n=42 n>41.5');
        await search(page);
        expect(await names(page)).toHaveLength(1);
        expect((await names(page))[0]).toContain('GET "/x" = {y} && z');
      }),
    );

    it(
      'narrows by duration of the trace and of the span, and refuses what is none',
      withPage(async (page) => {
        await page.goto('/search');
        await settled(page);
        await page.getByLabel('Duration at least').fill('fast');
        await page.getByText('“fast” is not a duration').waitFor();
        expect(await page.getByRole('button', { name: 'Search', exact: true }).isDisabled()).toBe(true);
        await page.getByLabel('Duration at least').fill('4.5 s');
        await page.getByLabel('Duration at most').fill('5s');
        await page.getByLabel('Service', { exact: true }).fill('odd "names" \\ 茶');
        await search(page);
        expect(await names(page)).toHaveLength(1);
        await page.getByRole('button', { name: 'the span' }).click();
        await page.getByLabel('Duration at most').fill('4999999us');
        await search(page);
        await page.getByText('No trace matches').waitFor();
      }),
    );

    it(
      'opens a trace by a click anywhere on its row, and by none that marks text',
      withPage(async (page) => {
        await page.goto('/search?service=gateway');
        await settled(page);
        const row = page.locator('.results tbody tr').first();
        await row.locator('.trace-sub code').dblclick();
        expect(await page.evaluate(() => window.getSelection()?.toString())).toBe(purchases[0]!.id);
        expect(new URL(page.url()).pathname).toBe('/search');
        await row.locator('.start').click();
        await page.waitForURL(`**/trace/${purchases[0]!.id}`);
        await page.goBack();
        await settled(page);
        expect(await ids(page)).toHaveLength(20);
      }),
    );

    it(
      'keeps everything of its head within a narrow window',
      withPage(
        async (page) => {
          await page.goto('/search?service=gateway');
          await settled(page);
          for (const part of await page.locator('.app-header a, .app-header button, .app-header input').all()) {
            const box = (await part.boundingBox())!;
            expect(box.x).toBeGreaterThanOrEqual(0);
            expect(box.x + box.width).toBeLessThanOrEqual(420);
          }
          await picture(page, 'search-narrow');
        },
        { viewport: { width: 420, height: 800 } },
      ),
    );

    it(
      'takes TraceQL of one’s own, and shows where it is wrong',
      withPage(
        async (page) => {
          await page.goto('/search?service=bank');
          await settled(page);
          await page.getByRole('button', { name: 'Edit' }).click();
          const box = page.getByRole('textbox', { name: 'TraceQL' });
          expect(await box.inputValue()).toBe('{ resource.service.name = "bank" }');
          await box.fill('{ name = "render" } && { resource.service.name =  }');
          await box.press('Enter');
          const alert = page.getByRole('alert');
          await alert.waitFor();
          const caret = (await alert.locator('.caret').innerText()).split('\n');
          expect(caret[0]).toContain('resource.service.name =');
          expect(caret.at(-1)!.trim()).toMatch(/^\^+$/);
          expect(caret[0]![caret.at(-1)!.indexOf('^')]).toBe('}');
          expect(await alert.innerText()).toContain('Expected');
          await picture(page, 'error-caret');
          await box.fill('{ nme = "render" }');
          await box.press('Enter');
          await alert.getByText('did you mean `name`?').waitFor();
          await box.fill('{ name = "render" && resource.service.name = "mail" }');
          await box.press('Enter');
          await page.getByText('render').first().waitFor();
          expect(parameter(page, 'q')).toBe('{ name = "render" && resource.service.name = "mail" }');
          expect(parameter(page, 'service')).toBeNull();
          await page.getByRole('button', { name: 'Back to fields' }).click();
          expect(await page.locator('#traceql').innerText()).toBe('{}');
        },
        { expectedErrors: /status of 400/ },
      ),
    );

    it(
      'offers the time range that has data when the chosen one has none',
      withPage(async (page) => {
        await page.goto('/search?service=gateway');
        await settled(page);
        await page.getByLabel('Time', { exact: true }).selectOption('1h');
        await search(page);
        await page.getByText('Nothing matches in this time range.').waitFor();
        await picture(page, 'no-match');
        await page.getByRole('button', { name: 'Search that range' }).click();
        await settled(page);
        expect(await ids(page)).toHaveLength(20);
        expect(parameter(page, 'range')).toBe('custom');
        expect(parameter(page, 'start')).toMatch(/^\d{19}$/);
        await page.getByLabel('Time', { exact: true }).selectOption('1h');
        await search(page);
        await page.getByRole('button', { name: 'Search all time' }).click();
        await settled(page);
        expect(await ids(page)).toHaveLength(20);
      }),
    );

    it(
      'opens a trace from the list, from the chart, and goes back to the same list',
      withPage(async (page) => {
        await page.goto('/search?service=gateway&limit=50');
        await settled(page);
        await page.locator('.trace-link').nth(3).click();
        await page.locator('.waterfall canvas[data-rows]').waitFor();
        expect(page.url()).toContain(`/trace/${purchases[3]!.id}`);
        await page.getByText('Back to results').click();
        await settled(page);
        expect(new URL(page.url()).search).toBe('?service=gateway&limit=50');
        expect(await page.locator('.scatter circle').count()).toBe(50);
        await page.locator('.scatter circle').nth(7).dispatchEvent('click');
        await page.locator('.waterfall canvas[data-rows]').waitFor();
        expect(page.url()).toContain(`/trace/${purchases[7]!.id}`);
      }),
    );

    it(
      'shows times of the browser’s zone or of UTC, and remembers which',
      withPage(async (page) => {
        await page.goto('/search?service=gateway');
        await settled(page);
        const at = new Date(Number(newestPurchase / 1_000_000n));
        const first = page.locator('.results .start').first();
        const utc = at.toISOString().slice(11, 23);
        expect(await first.innerText()).not.toContain(utc);
        await page.getByRole('button', { name: 'UTC' }).click();
        expect(await first.innerText()).toContain(utc);
        await page.reload();
        await settled(page);
        expect(await first.innerText()).toContain(utc);
      }),
    );

    it(
      'speaks Chinese when asked, and remembers it',
      withPage(async (page) => {
        await page.goto('/search?service=gateway');
        await settled(page);
        await page.getByRole('button', { name: '中文' }).click();
        await page.getByText('最新的在前').waitFor();
        await page.reload();
        await page.getByText('最新的在前').waitFor();
        expect(await texts(page, '.results th')).toEqual(['链路', '服务', 'Span 数', '耗时', '开始时间']);
        await picture(page, 'search-zh');
      }),
    );

    it(
      'says so when the server does not answer',
      withPage(
        async (page) => {
          await page.goto('/search?service=gateway');
          await settled(page);
          await page.route('**/clew/api/v1/search*', (route) => route.abort('connectionrefused'));
          await page.getByRole('button', { name: 'Search', exact: true }).click();
          await page.getByText('The server does not answer').waitFor();
          await page.unroute('**/clew/api/v1/search*');
          await page.getByRole('button', { name: 'Try again' }).click();
          await expect.poll(async () => (await ids(page)).length).toBe(20);
        },
        { expectedErrors: /ERR_CONNECTION_REFUSED/ },
      ),
    );
  });
}
