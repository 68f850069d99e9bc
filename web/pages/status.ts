/** The status page: the server's own figures, refusals with their reasons, addresses. */
import { describe, expect, it } from 'vitest';
import { picture } from './browser.ts';
import { api, post, type RawStatus } from './clew.ts';
import { withPage } from './withPage.ts';

export function statusTests(): void {
  describe('the status page', () => {
    it(
      'shows what the server counts, and refusals with their reason as they happen',
      withPage(async (page) => {
        await page.goto('/status');
        const before = await api<RawStatus>('/status');
        const grouped = (n: number): string => new Intl.NumberFormat('en').format(n);
        await page.locator('.big', { hasText: 'Spans' }).getByText(grouped(before.spansStored), { exact: true }).first().waitFor();
        await page.locator('.big', { hasText: 'Traces' }).getByText(grouped(before.tracesStored), { exact: true }).waitFor();
        await post({ resourceSpans: [{ scopeSpans: [{ spans: [{ traceId: '0'.repeat(32), spanId: '1'.repeat(16), name: 'no id', startTimeUnixNano: '1', endTimeUnixNano: '2' }] }] }] });
        expect((await api<RawStatus>('/status')).spansRefused).toMatchObject({ bad_trace_id: 1 });
        await page.getByText('· trace ID missing, zero or not 16 bytes').waitFor();
        for (const address of before.addresses) {
          expect(await page.locator('.status-page').innerText()).toContain(address.fromHost);
        }
        expect(await page.locator('.status-page').innerText()).toContain('Arrival → visible');
        await picture(page, 'status');
      }),
    );

    it(
      'is Chinese and dark where the browser is',
      withPage(
        async (page) => {
          await page.goto('/status');
          await page.getByText('可见延迟').waitFor();
          await picture(page, 'status-zh-dark');
        },
        { locale: 'zh-CN', colorScheme: 'dark' },
      ),
    );

    it(
      'leads from an unknown address to the search',
      withPage(async (page) => {
        await page.goto('/nowhere/at/all');
        await page.getByText('There is no page at /nowhere/at/all.').waitFor();
        await page.getByText('Go to search').click();
        await page.locator('.results').waitFor();
      }),
    );
  });
}
